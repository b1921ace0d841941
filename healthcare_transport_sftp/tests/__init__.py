from . import test_sftp_endpoint
