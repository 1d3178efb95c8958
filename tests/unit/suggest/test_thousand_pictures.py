"""A thousand pictures in all formats and oddities become samples; each of 25 broken files is named with its reason."""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from unit.suggest.importing_process import LIMITS, Import

from domain.errors import HubError
from imaging.decode import decode

SIZE = (24, 16)
SAMPLES = 1000
PIXELS = 60_000
BYTES = 50_000


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def noise(seed: int, channels: int = 3) -> npt.NDArray[np.uint8]:
    shape = (SIZE[1], SIZE[0], channels)[: 2 if channels == 1 else 3]
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def rgb(seed: int) -> Image.Image:
    return Image.fromarray(noise(seed))


def rgba(seed: int) -> Image.Image:
    return Image.fromarray(noise(seed, 4), "RGBA")


def deep(seed: int) -> Image.Image:
    return Image.fromarray(noise(seed, 1).astype(np.uint16) * 257)


def turned(seed: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(rgb(seed), "JPEG", exif=exif)


FORMATS: dict[str, Callable[[int], bytes]] = {
    "jpeg.jpg": lambda seed: saved(rgb(seed), "JPEG"),
    "progressive.jpg": lambda seed: saved(rgb(seed), "JPEG", progressive=True),
    "grey.jpeg": lambda seed: saved(rgb(seed).convert("L"), "JPEG"),
    "cmyk.jpg": lambda seed: saved(rgb(seed).convert("CMYK"), "JPEG"),
    "turned.jpg": turned,
    "png.png": lambda seed: saved(rgb(seed), "PNG"),
    "palette.png": lambda seed: saved(rgb(seed).convert("P"), "PNG", transparency=3),
    "rgba.png": lambda seed: saved(rgba(seed), "PNG"),
    "grey-alpha.png": lambda seed: saved(rgba(seed).convert("LA"), "PNG"),
    "one-bit.png": lambda seed: saved(rgb(seed).convert("1"), "PNG"),
    "sixteen-bit.png": lambda seed: saved(deep(seed), "PNG"),
    "webp.webp": lambda seed: saved(rgb(seed), "WEBP"),
    "lossless.webp": lambda seed: saved(rgba(seed), "WEBP", lossless=True),
    "animated.webp": lambda seed: saved(rgb(seed), "WEBP", save_all=True, append_images=[rgb(seed + 1)]),
    "animated.gif": lambda seed: saved(rgb(seed), "GIF", save_all=True, append_images=[rgb(seed + 1)]),
    "bmp.bmp": lambda seed: saved(rgb(seed), "BMP"),
    "tiff.tif": lambda seed: saved(rgb(seed), "TIFF"),
    "lzw.tiff": lambda seed: saved(rgb(seed), "TIFF", compression="tiff_lzw"),
    "sixteen-bit.tiff": lambda seed: saved(deep(seed), "TIFF"),
    "pages.tiff": lambda seed: saved(rgb(seed), "TIFF", save_all=True, append_images=[rgb(seed + 1)]),
}


def cut(kind: str) -> bytes:
    whole = saved(Image.fromarray(np.tile(noise(1), (8, 8, 1))), kind)
    return whole[: len(whole) // 2]


def with_size(width: int, height: int) -> bytes:
    """A PNG that claims a size, with a check sum that says it is right."""
    data = bytearray(saved(rgb(0), "PNG"))
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def damaged_png() -> bytes:
    data = bytearray(saved(rgb(0), "PNG"))
    data[60:70] = bytes(10)
    return bytes(data)


NO_PICTURE = "no readable picture"
GOOD = saved(rgb(0), "PNG")
BROKEN: dict[str, tuple[bytes, str]] = {
    "cut.jpg": (cut("JPEG"), "truncated"),
    "cut.png": (cut("PNG"), "truncated"),
    "cut.webp": (cut("WEBP"), "damaged"),
    "cut.gif": (cut("GIF"), "truncated"),
    "cut.bmp": (cut("BMP"), "truncated"),
    "cut.tif": (cut("TIFF"), "damaged"),
    "damaged.png": (damaged_png(), "damaged"),
    "empty.png": (b"", "The file is empty"),
    "text.jpg": (b"This is no picture.", "it is text"),
    "page.jpeg": (b"<html><body>404 Not Found</body></html>", "it is a web page"),
    "zeros.bmp": (bytes(5000), NO_PICTURE),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "it is an SVG drawing"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "it is a HEIC"),
    "photo.avif": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "it is an AVIF"),
    "bitmap.ppm": (saved(rgb(0), "PPM"), "it is a PNM"),
    "icon.ico": (saved(rgb(0), "ICO"), "it is an icon"),
    "bomb.png": (with_size(60_000, 60_000), "too large"),
    "pixels.png": (saved(Image.new("L", (300, 250)), "PNG"), "60,000"),
    "bytes.bmp": (saved(Image.new("RGB", (200, 100)), "BMP"), "50,000 bytes"),
    "floats.tiff": (saved(Image.fromarray(noise(0, 1).astype(np.float32)), "TIFF"), "32 bit"),
    "encrypted.png": (GOOD, "The file is encrypted"),
    "sum.png": (GOOD, "Bad CRC-32"),
    "method.png": (GOOD, "compression method is not supported"),
    "link.png": (b"/etc/passwd", "it is a link"),
    "../outside.png": (GOOD, "leads out of the archive"),
}


def kind_of(path: str) -> str:
    return path.partition("/")[2][len("0000-") :]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Import:
    file = io.BytesIO()
    kinds = list(FORMATS)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(SAMPLES):
            kind = kinds[number % len(kinds)]
            archive.writestr(f"{kind.partition('.')[0]}/{number:04d}-{kind}", FORMATS[kind](number))
        for path, (data, _) in BROKEN.items():
            archive.writestr(path if path.startswith("..") else f"broken/{path}", data)
        # What the directory of a zip says of a file may be wrong in many ways.
        archive.getinfo("broken/encrypted.png").flag_bits |= 1
        archive.getinfo("broken/sum.png").CRC ^= 1
        archive.getinfo("broken/method.png").compress_type = 99
        link = archive.getinfo("broken/link.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
    limits = LIMITS.model_copy(update={"image_pixels": PIXELS, "image_bytes": BYTES, "dataset_files": 2000})
    return Import(tmp_path_factory.mktemp("thousand"), file.getvalue(), "thousand.zip", None, limits)


def test_exactly_the_broken_files_are_listed_each_with_a_telling_reason(done: Import) -> None:
    assert len(BROKEN) == 25
    assert done.imported.broken_count == 25
    found = {path.removeprefix("broken/"): reason for path, reason in done.broken.items()}
    assert set(found) == set(BROKEN)
    assert {path: reason for path, reason in found.items() if BROKEN[path][1] not in reason} == {}


def test_all_pictures_become_samples(done: Import) -> None:
    assert done.imported.samples == SAMPLES
    assert len(FORMATS) >= 12
    kinds = Counter(kind_of(path) for path in done.samples["path"])
    assert kinds == dict.fromkeys(FORMATS, SAMPLES // len(FORMATS))
    assert set(done.samples["format"]) == {"jpeg", "png", "webp", "gif", "bmp", "tiff"}


def test_sizes_are_those_of_upright_pictures(done: Import) -> None:
    sizes = {
        (kind_of(path) == "turned.jpg", (width, height))
        for path, width, height in done.samples.select("path", "width", "height").iter_rows()
    }
    assert sizes == {(False, SIZE), (True, SIZE[::-1])}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_decoded_as_the_first_frame_in_rgb(kind: str) -> None:
    try:
        picture = decode(FORMATS[kind](7))
    except HubError as error:
        pytest.fail(error.message)
    assert picture.mode == "RGB"
