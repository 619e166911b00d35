// What tests/commands/webtest_site.py does with WebTest, line by line: the server has to see the same.
#include <loads/loads.h>

struct WebTest : loads::TestCase {};

LOADS_TEST(WebTest, requests) {
  app.get("/plain?x=1", {.params = {{"q", "a b&c=d"}, {"\xC3\xBC", "\xC3\xA9~*-._/"}}});
  app.get("/plain", {.params = "raw=a+b"});
  app.get("/plain#fragment", {.headers = {{"X-Own", "1"}}, .xhr = true});
  app.post("/plain", {.params = {{"user", "anna"}, {"word", "x y+z~*"}, {"word", ""}}});
  app.post("/plain", {.params = "a=b c", .content_type = "text/plain"});
  app.post("/plain");
  app.put("/plain", {.params = {{"a", "1"}}});
  app.patch("/plain", {.params = {{"a", "1"}}});
  app.delete_("/plain", {.params = {{"a", "1"}}});
  app.head("/plain", {.params = {{"a", "1"}}});
  app.options("/plain");
  app.post_json("/plain", {{"q", "loads \xC3\xA9"}, {"n", loads::Json::array({1, 2.5, true, nullptr})}});
  app.put_json("/plain", loads::Json::array({"x"}));
  app.patch_json("/plain", {{"a", 1}});
  app.delete_json("/plain", {{"a", 1}});
}

LOADS_TEST(WebTest, statuses) {
  app.get("/missing", {.status = 404});
  app.get("/missing", {.status = "4*"});
  app.get("/missing", {.status = {200, 404}});
  app.get("/missing", {.expect_errors = true});
  app.get("/moved").follow().mustcontain({"One", "Two"}, {.no = {"Three"}});
  app.get("/moved-twice").maybe_follow();
}

LOADS_TEST(WebTest, forms) {
  auto page = app.get("/forms?from=x");
  page.form("plain").submit();
  page.form("plain").submit("go");
  page.form("plain").submit("go", {.index = 1});
  page.form("plain").submit("go", {.value = "Third"});
  auto form = page.form("plain");
  form["text"] = "a & b = \xC3\xA9\n\xE2\x82\xAC";
  form["number"] = 42;
  form["box"] = true;
  form["tags"] = {"b", "c"};
  form["size"] = "l";
  form["land"] = "fr";
  form["langs"] = {"1", "2"};
  form["area"] = "new\ntext";
  form["hidden"].force_value("changed");
  form.submit();
  form["land"].select_text("Germany");
  form["langs"].select_multiple_texts({"Three"});
  form.set("twice", "second", 1);
  form.get("tags", 0) = true;
  form.submit();
  page.form("get").submit();
  page.form(2).submit("press");
}

LOADS_TEST(WebTest, uploads) {
  auto page = app.get("/forms");
  page.form("files").submit();
  auto form = page.form("files");
  form["doc"] = loads::Upload("a.txt", "content\r\nof it", "text/plain");
  form["note"] = "x \"y\"";
  form.submit("send");
}

LOADS_TEST(WebTest, links) {
  auto page = app.get("/deep/links?x=1");
  page.click("One");
  page.click("^Tw[a-z]$");
  page.click({.linkid = "third"});
  page.click({.href = "n=\\d+"});
  page.click({.description = "same", .index = 1});
  page.click("<b>bold</b>");
  page.clickbutton("Press");
  page.clickbutton({.buttonid = "b2"});
  page.goto_("/plain?goto=1");
  page.goto_("relative");
  page.goto_("http://elsewhere.example/plain?host=ignored#f");
}

LOADS_TEST(WebTest, session) {
  app.get("/cookies");
  app.get("/plain/below");
  app.get("/plainer");
  app.reset();
  app.get("/plain");
  app.authorization({"anna", "w:rd"});
  app.get("/plain");
  app.authorization(loads::BearerAuth("token"));
  app.get("/plain");
  app.authorization({});
  app.get("/plain");
}

LOADS_TEST(WebTest, charsets) {
  auto page = app.get("/latin-1");
  page.mustcontain("Caf\xC3\xA9");
  page.form().submit();
  page.click("Caf\xC3\xA9");
}
