from . import integration_endpoint_pause
from . import integration_exception_resolve
