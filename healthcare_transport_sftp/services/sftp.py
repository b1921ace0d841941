"""Makes SFTP known to the connector: see healthcare_procurement_connector/services/connections.py."""

from odoo.addons.healthcare_procurement_connector.services.connections import Kind, register
from odoo.addons.healthcare_procurement_connector.transports.base import Request

from ..transports.session import SftpServer
from ..transports.sftp import SftpTransport

SECRETS = ("sftp_password", "sftp_key", "sftp_passphrase")


def _request(endpoint, secrets, parcel):
    server = SftpServer(
        host=endpoint.sftp_host or "",
        port=endpoint.sftp_port,
        user=endpoint.sftp_user or "",
        password=secrets.get("sftp_password", ""),
        key=secrets.get("sftp_key", ""),
        passphrase=secrets.get("sftp_passphrase", ""),
        host_keys=endpoint.sftp_host_key or "",
        path=endpoint._folder_path(),
        folders=endpoint._folders(),
    )
    name, raw = (parcel.name, parcel.raw) if parcel else ("", b"")
    return Request("", raw, transport="sftp", access=server, name=name)


_sftp = SftpTransport()
register("sftp", Kind(_sftp, _request, SECRETS, _sftp))
