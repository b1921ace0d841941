"""Brings in Odoo 19: from ODOO_HOME, or from Debian's package unpacked into the user's cache.

Odoo is not on PyPI. Debian's unstable suite carries it as ``odoo-19``; its dependencies need a newer
Debian than 12, so it is not installed but downloaded by apt, signature checked, and unpacked into a
private prefix, together with the few Debian packages whose files it links to.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from lib.places import CACHE
from lib.ui import SetupError, Step, say

TESTED_VERSION = "19.0.0+dfsg-1"
UNSTABLE_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
)
# sid's Font Awesome 7 lacks the files of version 4.7 that Odoo links to.
STABLE_PACKAGES = ("fonts-font-awesome", "fonts-inconsolata")
STABLE_SUITE = "bookworm"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NEEDED_MIB = 2500
# Not free, hence not in Debian; without any file in its place the asset bundle logs an error.
MISSING_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@functools.cache
def find_odoo():
    """Returns (folder that holds the ``odoo`` package, version); downloads Odoo where none is named."""
    home = os.environ.get("ODOO_HOME")
    if home:
        folder, version = _own_odoo(Path(home).expanduser().resolve())
        say(f"Odoo: {version} in {folder} (ODOO_HOME)")
        return folder, version
    folder, version = _debian_odoo()
    if version != TESTED_VERSION:
        say(f"Odoo: {version} (warning: the tested one is {TESTED_VERSION})")
    else:
        say(f"Odoo: {version}")
    return folder, version


def _own_odoo(home):
    if not (home / "odoo" / "release.py").exists():
        raise SetupError(
            f"ODOO_HOME={home} holds no odoo/release.py; point it at an Odoo 19 checkout."
        )
    release = {}
    exec((home / "odoo" / "release.py").read_text(), release)
    if release["version_info"][0] != 19:
        raise SetupError(
            f"ODOO_HOME={home} is Odoo {release['version']}; this suite needs Odoo 19."
        )
    return home, release["version"]


def _debian_odoo():
    prefix = CACHE / "odoo-19"
    stamp = prefix / ".complete"
    if not stamp.exists():
        _unpack_debian(prefix)
    return prefix / "usr/lib/python3/dist-packages", stamp.read_text().strip()


def _unpack_debian(prefix):
    CACHE.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(CACHE).free < NEEDED_MIB * 1024**2:
        raise SetupError(
            f"{CACHE} needs {NEEDED_MIB} MiB of free disk; free some or set XDG_CACHE_HOME."
        )
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise SetupError(
                f"no {tool} here; set ODOO_HOME to an Odoo 19 that you installed yourself."
            )
    apt_root = CACHE / "apt"
    downloads = apt_root / "downloads"
    shutil.rmtree(prefix, ignore_errors=True)
    shutil.rmtree(downloads, ignore_errors=True)
    options = _private_apt(apt_root)
    downloads.mkdir(parents=True)
    with Step("download Odoo 19 and the fonts and scripts it links to (150 MB)"):
        _apt(options, "update", cwd=downloads)
        _apt(
            options,
            "download",
            *(f"{name}/sid" for name in UNSTABLE_PACKAGES),
            *(f"{name}/{STABLE_SUITE}" for name in STABLE_PACKAGES),
            cwd=downloads,
        )
    with Step("unpack"):
        for package in sorted(downloads.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, prefix], check=True)
    version = subprocess.run(
        ["dpkg-deb", "-f", next(downloads.glob("odoo-19_*.deb")), "Version"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    _fill_the_gap(prefix / "usr/lib/python3/dist-packages" / MISSING_FILE)
    _check_links(prefix)
    shutil.rmtree(downloads)
    (prefix / ".complete").write_text(version + "\n")


def _private_apt(root):
    """An apt of its own: the machine's sources stay untouched, the signature check stays on."""
    mirror = _debian_mirror()
    for folder in ("lists/partial", "cache/archives/partial"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    sources = root / "sources.list"
    sources.write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in ("sid", STABLE_SUITE)
        )
    )
    return [
        "-o", f"Dir::Etc::sourcelist={sources}",
        "-o", "Dir::Etc::sourceparts=-",
        "-o", f"Dir::State::lists={root / 'lists'}",
        "-o", f"Dir::Cache={root / 'cache'}",
        "-o", "APT::Sandbox::User=root",
    ]  # fmt: skip


def _debian_mirror():
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
    ).stdout.split()
    for uri in listed:
        if uri.rstrip("/").endswith("/debian"):
            return uri.rstrip("/")
    raise SetupError(
        "no Debian mirror in this machine's apt sources; add one, or set ODOO_HOME to an Odoo 19."
    )


def _apt(options, *command, cwd):
    done = subprocess.run(
        ["apt-get", "-q", *options, *command], cwd=cwd, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(f"apt-get {command[0]} failed: {reason}")


def _fill_the_gap(path):
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("// left out by Debian (not free); blurs a video background\n")


def _check_links(prefix):
    dangling = [path for path in prefix.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        raise SetupError(f"the unpacked Odoo links to files of an unknown package: {dangling[0]}")
