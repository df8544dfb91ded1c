"""What goes wrong on ZeroGPU, as our errors: each lets the next row answer, and says why."""

from __future__ import annotations

from backend.errors import Cancelled, ModelError
from backend.models.load_errors import first_line

# What `spaces` calls them. Their own texts go along: they say when there is more.
TITLES = {
    "ZeroGPU quota exceeded": "zero_quota",
    "ZeroGPU pending credits exceeded": "zero_quota",
    "ZeroGPU illegal duration": "zero_quota",
    "ZeroGPU queue timeout": "zero_none_free",
    "ZeroGPU client error": "zero_none_free",
    "ZeroGPU worker error": "zero_ended",
}
LEFT = "Connection closed by visitor"


def as_ours(error: Exception) -> Exception:
    """The error in our words if it is of ZeroGPU, which are gradio's; else the error itself."""
    kinds = [kind.__module__.partition(".")[0] for kind in type(error).__mro__]
    if "gradio" in kinds:
        code = TITLES.get(getattr(error, "title", ""), "zero_ended")
        return ModelError(code, cause=str(error).strip("'"))
    if isinstance(error, RuntimeError) and str(error).startswith(LEFT):
        return Cancelled()
    if "httpx" in kinds or (isinstance(error, RuntimeError) and "ZeroGPU" in str(error)):
        return ModelError("zero_unreachable", cause=first_line(error))
    if isinstance(error, EOFError):
        return ModelError("zero_ended", cause=first_line(error))
    return error
