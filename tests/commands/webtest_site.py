"""A site that keeps what it is asked, and visits to it by WebTest. loads-runner makes the same visits, by modules/webtest.cpp.

As a program, `webtest_site.py VISIT`, it prints what WebTest has asked for as JSON; it needs the package python3-webtest.
"""

import json
import re
import sys

LINKS = """<html><body><a href="one">One</a> <a href="/deep/two?a=1&amp;b=2">Two</a> <a id="third" href="../third">3</a>
<a href="/plain?n=12">number</a> <a href="/same/1">same</a> <a href="/same/2">same</a> <a href="/bold">a <b>bold</b> one</a>
<a href="#inner">inner</a> <a href="javascript:x()">script</a> <a>none</a>
<button onclick="location.href='/pressed'">Press</button> <button id="b2" onclick="window.location.href='/pressed/2'">Other</button>
</body></html>"""

FORMS = """<html><body>
<form id="plain" method="POST" action="/submit?to=1">
<input name="text" value="1 &lt; 2"><input type="number" name="number"><input type="hidden" name="hidden" value="secret">
<input type="password" name="word"><input type="checkbox" name="box"><input type="checkbox" name="checked" value="yes" checked>
<input type="checkbox" name="tags" value="a" checked><input type="checkbox" name="tags" value="b"><input type="checkbox" name="tags" value="c">
<input type="radio" name="size" value="s"><input type="radio" name="size" value="m" checked><input type="radio" name="size" value="l">
<input type="radio" name="none" value="1"><input name="twice" value="1"><input name="twice" value="2">
<select name="land"><option value="de">Germany</option><option value="fr" >France</option></select>
<select name="marked"><option>one</option><option selected>two</option></select><select name="empty"></select>
<select name="langs" multiple><option value="1">One</option><option value="2" selected>Two</option><option value="3">Three</option></select>
<select name="unset" multiple><option>1</option></select>
<textarea name="area">
first
second</textarea><textarea name="blank"></textarea><input value="nameless">
<input type="submit" name="go" value="First"><button name="go" value="Second">2</button><input type="image" name="go" value="Third">
</form>
<form id="get" action="found?x=1"><input name="q" value="a b"><input type="submit"></form>
<form action="" method="get"><input name="p" value="&#233;"><button name="press" value="1">Press</button></form>
<form id="files" method="post" action="/submit" enctype="multipart/form-data"><input name="note" value="n">
<input type="file" name="doc"><input name="after" value="z"><input type="submit" name="send" value="Send"></form>
</body></html>"""

PAGES = {"/forms": FORMS, "/deep/links": LINKS}
REDIRECTS = {"/moved": "/deep/links", "/moved-twice": "moved"}
HEADERS = ("CONTENT_TYPE", "HTTP_REFERER", "HTTP_X_REQUESTED_WITH", "HTTP_X_OWN", "HTTP_COOKIE", "HTTP_AUTHORIZATION")


class Site:
    """A WSGI application; `seen` is what it was asked."""

    def __init__(self):
        self.seen = []

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        self.seen.append(self.seen_of(environ))
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if path in REDIRECTS:
            start_response("302 Found", headers + [("Location", REDIRECTS[path])])
            return [b""]
        if path == "/latin-1":
            start_response("200 OK", [("Content-Type", "text/html; charset=iso-8859-1")])
            return ['<a href="/plain">Café</a><form action="/plain"><input name="é" value="ü&euro;"></form>'.encode("latin-1")]
        if path == "/cookies":
            headers += [("Set-Cookie", "a=1"), ("Set-Cookie", "b=x y; Path=/plain"), ("Set-Cookie", "c=no; Path=/elsewhere")]
        start_response("404 Not Found" if path == "/missing" else "200 OK", headers)
        body = PAGES.get(path, "<html>done</html>")
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body.encode()]

    def seen_of(self, environ):
        """A request as far as both clients can agree: the host, boundaries and the blanks of JSON are theirs."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode("latin-1")
        headers = {name: environ[name] for name in HEADERS if environ.get(name)}
        if "HTTP_REFERER" in headers:
            headers["HTTP_REFERER"] = re.sub(r"^http://[^/]+", "", headers["HTTP_REFERER"])
        kind = headers.get("CONTENT_TYPE", "")
        boundary = re.search("boundary=(.*)", kind)
        if boundary:
            body, headers["CONTENT_TYPE"] = body.replace(boundary.group(1), "BOUNDARY"), kind.replace(boundary.group(1), "BOUNDARY")
        if "json" in kind:
            body = json.loads(body.encode("latin-1"))
        return [environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""), headers, body]


def requests(app):
    app.get("/plain?x=1", params=[("q", "a b&c=d"), ("ü", "é~*-._/")])
    app.get("/plain", params="raw=a+b")
    app.get("/plain#fragment", headers={"X-Own": "1"}, xhr=True)
    app.post("/plain", params=[("user", "anna"), ("word", "x y+z~*"), ("word", "")])
    app.post("/plain", params="a=b c", content_type="text/plain")
    app.post("/plain")
    app.put("/plain", params=[("a", "1")])
    app.patch("/plain", params=[("a", "1")])
    app.delete("/plain", params=[("a", "1")])
    app.head("/plain", params=[("a", "1")])
    app.options("/plain")
    app.post_json("/plain", {"q": "loads é", "n": [1, 2.5, True, None]})
    app.put_json("/plain", ["x"])
    app.patch_json("/plain", {"a": 1})
    app.delete_json("/plain", {"a": 1})


def statuses(app):
    app.get("/missing", status=404)
    app.get("/missing", status="4*")
    app.get("/missing", status=[200, 404])
    app.get("/missing", expect_errors=True)
    app.get("/moved").follow().mustcontain("One", "Two", no=["Three"])
    app.get("/moved-twice").maybe_follow()


def forms(app):
    page = app.get("/forms?from=x")
    page.forms["plain"].submit()
    page.forms["plain"].submit("go")
    page.forms["plain"].submit("go", index=1)
    page.forms["plain"].submit("go", value="Third")
    form = page.forms["plain"]
    form["text"] = "a & b = é\n€"
    form["number"] = "42"
    form["box"] = True
    form["tags"] = ["b", "c"]
    form["size"] = "l"
    form["land"] = "fr"
    form["langs"] = ["1", "2"]
    form["area"] = "new\ntext"
    form["hidden"].force_value("changed")
    form.submit()
    form.select("land", text="Germany")
    form.select_multiple("langs", texts=["Three"])
    form.set("twice", "second", 1)
    form.get("tags", 0).checked = True
    form.submit()
    page.forms["get"].submit()
    page.forms[2].submit("press")


def uploads(app):
    from webtest import Upload
    page = app.get("/forms")
    page.forms["files"].submit()
    form = page.forms["files"]
    form["doc"] = Upload("a.txt", b"content\r\nof it", "text/plain")
    form["note"] = 'x "y"'
    form.submit("send")


def links(app):
    page = app.get("/deep/links?x=1")
    page.click("One")
    page.click("^Tw[a-z]$")
    page.click(linkid="third")
    page.click(href=r"n=\d+")
    page.click("same", index=1)
    page.click("<b>bold</b>")
    page.clickbutton("Press")
    page.clickbutton(buttonid="b2")
    page.goto("/plain?goto=1")
    page.goto("relative")
    page.goto("http://elsewhere.example/plain?host=ignored#f")


def charsets(app):
    page = app.get("/latin-1")
    page.mustcontain("Café")
    page.form.submit()
    page.click("Café")


def session(app):
    app.get("/cookies")
    app.get("/plain/below")
    app.get("/plainer")
    app.reset()
    app.get("/plain")
    app.authorization = ("Basic", ("anna", "w:rd"))
    app.get("/plain")
    app.authorization = ("Bearer", "token")
    app.get("/plain")
    app.authorization = None
    app.get("/plain")


VISITS = {visit.__name__: visit for visit in (requests, statuses, forms, uploads, links, charsets, session)}


def main():
    from webtest import TestApp
    site = Site()
    VISITS[sys.argv[1]](TestApp(site, lint=False))
    json.dump(site.seen, sys.stdout)


if __name__ == "__main__":
    main()
