import base64
import secrets
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def secret():
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
