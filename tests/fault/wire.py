"""The bytes of the protocol, as far as peers of a test need them: msgpack of plain values, and the envelope of a message."""

import struct


def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return b"\xcf" + struct.pack(">Q", value) if value >= 0 else b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\xdb" + struct.pack(">I", len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, (list, tuple)):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))
    return b"\xdf" + struct.pack(">I", len(value)) + b"".join(pack(key) + pack(item) for key, item in value.items())


def message(kind, /, protocol=(1, 0), **body):
    return pack({"type": kind, "version": list(protocol), "body": body})


# By their first byte: how many bytes of a number follow, and its format. Then the same for lengths.
NUMBERS = {0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
TEXTS = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}
BYTES = {0xC4: ">B", 0xC5: ">H", 0xC6: ">I"}
ARRAYS = {0xDC: ">H", 0xDD: ">I"}
MAPS = {0xDE: ">H", 0xDF: ">I"}


class Unpacker:
    """Reads what a part of loads has sent: all of it is well-formed."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def many(self, count):
        return [self.value() for _ in range(count)]

    def map(self, count):
        return dict(zip(*[iter(self.many(2 * count))] * 2))

    def value(self):
        kind = self.take(1)[0]
        if kind < 0x80:
            return kind
        if kind >= 0xE0:
            return kind - 0x100
        if kind < 0x90:
            return self.map(kind & 0x0F)
        if kind < 0xA0:
            return self.many(kind & 0x0F)
        if kind < 0xC0:
            return self.take(kind & 0x1F).decode()
        if kind in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[kind]
        if kind in NUMBERS:
            return self.number(NUMBERS[kind])
        if kind in TEXTS:
            return self.take(self.number(TEXTS[kind])).decode()
        if kind in BYTES:
            return self.take(self.number(BYTES[kind]))
        return self.many(self.number(ARRAYS[kind])) if kind in ARRAYS else self.map(self.number(MAPS[kind]))


def unpack(data):
    return Unpacker(data).value()
