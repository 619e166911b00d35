"""The engine's answers as urllib3's responses."""

import contextlib
import io
import socket
from http.client import HTTPException, HTTPMessage

from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from loads import errors


class Original:
    """What Requests and http.cookiejar look for in http.client's answer."""

    def __init__(self, answer):
        self.msg = HTTPMessage()
        for name, value in answer.headers:
            self.msg[name] = value

    def isclosed(self):
        return True

    def close(self):
        pass


def _as_of_socket(error):
    """What reading from a socket would have raised."""
    raised = socket.timeout(str(error)) if isinstance(error, errors.Timeout) else HTTPException(str(error))
    raised._loads_recorded = True
    return raised


class Body(io.RawIOBase):
    """The body of an answer as a file: as it was sent, whole or piece by piece as it comes."""

    def __init__(self, answer, streams):
        self._answer = answer
        self._rest = b"" if streams else answer.body
        self._ended = not streams

    def readable(self):
        return True

    def isclosed(self):
        return self.closed or (self._ended and not self._rest)

    def next_piece(self, most=None):
        """What is there, waiting only while there is nothing; b"" at the end."""
        if not self._rest and not self._ended:
            self._rest = self._receive()
        most = len(self._rest) if most is None or most < 0 else most
        piece, self._rest = self._rest[:most], self._rest[most:]
        return piece

    read1 = next_piece

    def _receive(self):
        try:
            piece = self._answer.read()
        except errors.RequestFailed as error:
            self._ended = True
            raise _as_of_socket(error) from None
        self._ended = not piece
        return piece

    def read(self, most=-1):
        """All that is asked for, as a connection's file would."""
        wanted = float("inf") if most is None or most < 0 else most
        pieces, size = [], 0
        while size < wanted:
            piece = self.next_piece(None if wanted == float("inf") else wanted - size)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readinto(self, buffer):
        piece = self.next_piece(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self):
        if not self.closed:
            self._answer.close()
            self._rest, self._ended = b"", True
        super().close()


class Raw(HTTPResponse):
    """urllib3's response to a request of the engine's."""

    def __init__(self, answer, method, streams):
        original = Original(answer)
        self._streams = streams
        super().__init__(
            body=Body(answer, streams),
            headers=original.msg.items(),
            status=answer.peek,
            version=answer.version,
            reason=answer.reason,
            preload_content=False,
            decode_content=False,
            original_response=original,
            request_method=method,
            enforce_content_length=False,
        )

    @contextlib.contextmanager
    def _error_catcher(self):
        try:
            with super()._error_catcher():
                yield
        except HTTPError as error:
            if getattr(error.__context__, "_loads_recorded", False):
                error._loads_recorded = True
            raise

    def supports_chunked_reads(self):
        return self._streams

    def read_chunked(self, amt=None, decode_content=None):
        """The engine has undone the chunks; their pieces come as they are received."""
        self._init_decoder()
        while True:
            with self._error_catcher():
                piece = self._fp.next_piece(amt)
            if not piece:
                break
            decoded = self._decode(piece, decode_content=decode_content, flush_decoder=False)
            if decoded:
                yield decoded
        decoded = self._flush_decoder() if decode_content else b""
        if decoded:
            yield decoded
        self._fp.close()
