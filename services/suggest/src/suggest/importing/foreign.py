"""What a file holds that claims to be a picture and is none that can be read: people then know what to do about it."""

import re
from collections.abc import Mapping

from domain.errors import HubError, Reason

_BEGINNINGS: Mapping[str, str] = {
    r".{4}ftyp(heic|heix|heim|heis|hevc|mif1|msf1)": "a HEIC picture, as phones make them",
    r".{4}ftypavi[fs]": "an AVIF picture",
    r"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51": "a JPEG 2000 picture",
    r"\x00\x00\x00\x0cJXL |\xff\x0a": "a JPEG XL picture",
    r"8BPS": "a Photoshop document",
    r"%PDF": "a PDF document",
    r"P[1-6]\s": "a PNM picture",
    r"\x00\x00[\x01\x02]\x00": "an icon",
    r"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg": "an SVG drawing, which has no pixels",
    r"(\xef\xbb\xbf)?\s*<(!DOCTYPE )?html": "a web page",
    r"version https://git-lfs": "a pointer of Git LFS, not the picture itself",
    r"[\x09\x0a\x0d\x20-\x7e]+\Z": "text",
}
_PATTERNS = {
    re.compile(pattern.encode("latin-1"), re.DOTALL | re.IGNORECASE): what for pattern, what in _BEGINNINGS.items()
}
_LOOKED_AT = 512


def named(data: bytes, otherwise: HubError) -> HubError:
    """The error that says what a file is; `otherwise` where that is not known."""
    if not data:
        return HubError(Reason.IMAGE_BROKEN, "The file is empty.", "Send it again.")
    what = next((what for pattern, what in _PATTERNS.items() if pattern.match(data[:_LOOKED_AT])), None)
    if what is None:
        return otherwise
    return HubError(Reason.IMAGE_BROKEN, f"{otherwise.message.rstrip('.')}: it is {what}.", otherwise.advice)
