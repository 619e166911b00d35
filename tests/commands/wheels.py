"""Wheels of our own making: a package of one module, which is installed without anything being built or fetched."""

import base64
import hashlib
import pathlib
import zipfile


def _record(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def write(folder, name, text, version="1.0", requires=()):
    """Puts a wheel of package `name`, whose module of the same name is `text`, into the folder, and gives its path."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {other}\n" for other in requires)
    files = {
        f"{name}.py": text,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files = {path: content.encode() for path, content in files.items()}
    record = "".join(_record(path, data) for path, data in files.items()) + f"{info}/RECORD,,\n"
    path = pathlib.Path(folder) / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        for file, data in {**files, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(file, data)
    return path
