import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.exceptions import PermanentError
from odoo.addons.healthcare_procurement_connector.transports.addresses import permitted, verdict

INTERNAL = """10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 127.0.0.1 127.8.8.8 169.254.1.1 100.64.0.1
    ::1 fe80::1 fc00::1 fd12::1 fec0::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 2002:0a00:0001::
    64:ff9b::10.0.0.1 192.0.2.1 198.18.0.1""".split()
NEVER = """0.0.0.0 :: 224.0.0.1 239.1.1.1 ff02::1 255.255.255.255 240.0.0.1 169.254.169.254 fd00:ec2::254
    ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe localhost 0x7f.1 127.1 ::10.0.0.1 fe80::1%eth0x/ """.split()


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses_need_a_managers_word(address):
    assert verdict(address) == "internal"
    with pytest.raises(PermanentError) as caught:
        permitted([address])
    assert caught.value.code == "address_internal"
    assert permitted([address], allow_internal=True) == [address]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_called(address):
    assert verdict(address) == "never"
    with pytest.raises(PermanentError):
        permitted([address], allow_internal=True)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_called(address):
    assert permitted([address]) == [address]


def test_one_internal_address_spoils_the_name():
    with pytest.raises(PermanentError):
        permitted(["8.8.8.8", "10.0.0.1"])


def test_a_name_without_addresses_is_refused():
    with pytest.raises(PermanentError):
        permitted([])


@given(st.ip_addresses(v=4))
def test_mapping_an_address_into_ipv6_changes_nothing(address):
    assert verdict(f"::ffff:{address}") == verdict(str(address))


@given(st.ip_addresses())
def test_no_private_address_is_ever_public(address):
    number = ipaddress.ip_address(address)
    if number.is_private or number.is_loopback or number.is_link_local or number.is_multicast:
        assert verdict(str(address)) != "public"
