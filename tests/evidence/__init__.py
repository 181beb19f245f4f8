"""The verbs of evidence: finding a quotation, citing it, finding it again, letting it go."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError


def refusal(do: Any, *args: Any, **kwargs: Any) -> ValidationError:
    """Return what ``do`` refuses with."""
    with pytest.raises(ValidationError) as caught:
        do(*args, **kwargs)
    return caught.value
