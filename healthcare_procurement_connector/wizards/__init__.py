from . import integration_exception_resolve
