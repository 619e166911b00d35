#include "engine/html/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <loads/error.h>

#include "engine/html/document.h"
#include "support/client_harness.h"

namespace loads::html {
namespace {

using support::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// "name=value" of what would be submitted.
std::vector<std::string> submitted(const Form& form, std::string_view button = {}, const ButtonChoice& choice = {}) {
  std::vector<std::string> out;
  for (const Part& part : form.submission(button, choice)) {
    out.push_back(part.name + "=" + (part.upload ? "<" + part.upload->filename + ">" : part.value));
  }
  return out;
}

std::vector<std::string> submitted(std::string_view html) {
  const Page page = read_page(html);
  return page.forms.empty() ? std::vector<std::string>{"no form"} : submitted(*page.forms.front());
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Page, AFormIsReadWithItsAttributes) {
  const Page page =
      read_page("<form id=login action='/in?x=1&amp;y' METHOD=Post enctype=multipart/form-data><input name=a></form><form></form>");
  ASSERT_THAT(page.forms, SizeIs(2));
  const Form& form = *page.forms[0];
  EXPECT_EQ(form.id, "login");
  EXPECT_EQ(form.action, "/in?x=1&y");
  EXPECT_EQ(form.method, "post");
  EXPECT_EQ(form.enctype, "multipart/form-data");
  EXPECT_EQ(page.forms[1]->method, "get");
  EXPECT_EQ(page.forms[1]->enctype, "application/x-www-form-urlencoded");
}

TEST(Page, FieldsHaveTheValuesOfThePage) {
  EXPECT_THAT(submitted("<form><input name=a value='1 &lt; 2'><input name=b><input type=hidden name=c value=\xC3\xA9>"
                        "<input type=password name=d value=x><textarea name=e>\ntwo\nlines</textarea>"
                        "<input type=date name=f value=2026-01-01><input value='no name'></form>"),
              ElementsAre("a=1 < 2", "b=", "c=\xC3\xA9", "d=x", "e=two\nlines", "f=2026-01-01"));
}

TEST(Page, BoxesAreSubmittedWhenTheyAreChecked) {
  EXPECT_THAT(
      submitted(
          "<form><input type=checkbox name=a checked><input type=checkbox name=b value=2><input type=checkbox name=c value=3 checked>"
          "<input type=radio name=r value=1 checked><input type=radio name=r value=2 checked><input type=radio name=s value=1></form>"),
      ElementsAre("a=on", "c=3", "r=2"));
}

TEST(Page, SelectsSubmitWhatABrowserShows) {
  EXPECT_THAT(submitted("<form><select name=first><option value=1>One<option value=2>Two</select>"
                        "<select name=marked><option>a<option selected> b  c </select>"
                        "<select name=able><option disabled>a<optgroup label=x><option>b</optgroup></select>"
                        "<select name=empty></select>"
                        "<select name=many multiple><option selected>1<option>2<option selected>3</select>"
                        "<select name=none multiple><option>1</select></form>"),
              ElementsAre("first=1", "marked=b c", "able=b", "many=1", "many=3"));
}

TEST(Page, WhatIsDisabledIsLeftOut) {
  EXPECT_THAT(submitted("<form><input name=a disabled><fieldset disabled><legend><input name=b></legend><input name=c>"
                        "<fieldset><legend><input name=d></legend></fieldset></fieldset><input name=e></form>"),
              ElementsAre("b=", "e="));
}

TEST(Page, FieldsElsewhereMayNameTheirForm) {
  const Page page = read_page(
      "<input name=before form=f><form id=f><input name=a><input name=other form=g></form>"
      "<input name=nobodys><form id=g></form><input name=lost form=h>");
  ASSERT_THAT(page.forms, SizeIs(2));
  EXPECT_THAT(submitted(*page.forms[0]), ElementsAre("before=", "a="));
  EXPECT_THAT(submitted(*page.forms[1]), ElementsAre("other="));
}

TEST(Page, AFormAcrossTheRowsOfATableOwnsTheirFields) {
  EXPECT_THAT(
      submitted("<table><form action=x><tr><td><input name=a></td></tr><tr><td><input name=b></td></tr></form></table><input name=c>"),
      ElementsAre("a=", "b="));
}

TEST(Page, OneButtonIsPressed) {
  const Page page = read_page(
      "<form><input name=a value=1><input type=submit name=go value=Go><button name=go value=Run>Run!</button>"
      "<input type=image name=img><input type=reset name=back value=x><input name=z></form>");
  const Form& form = *page.forms.front();
  EXPECT_THAT(submitted(form), ElementsAre("a=1", "z="));
  EXPECT_THAT(submitted(form, "go"), ElementsAre("a=1", "go=Go", "z="));
  EXPECT_THAT(submitted(form, "go", {.index = 1}), ElementsAre("a=1", "go=Run", "z="));
  EXPECT_THAT(submitted(form, "go", {.value = "Run"}), ElementsAre("a=1", "go=Run", "z="));
  EXPECT_THAT(submitted(form, "img"), ElementsAre("a=1", "img=", "z="));
  EXPECT_EQ(message_of<AppError>([&] { form.submission("stop"); }), R"(the form has no such button "stop" (it has "a", "go", "img", "z"))");
  EXPECT_THAT(message_of<AppError>([&] { form.submission("go", {.index = 2}); }), HasSubstr("\"go\" with the index 2"));
  EXPECT_THAT(message_of<AppError>([&] { form.submission("go", {.value = "x"}); }), HasSubstr("\"go\" with the value \"x\""));
  EXPECT_THAT(message_of<AppError>([&] { form.submission("a"); }), HasSubstr("no such button"));
}

TEST(Page, LinksHaveTheirContent) {
  const std::string html =
      "<base href='/sub/'><a href=/one id=first>One <b>bold</b></a><a>none</a><a href='#x'>inner</a><a href='javascript:x()'>script</a>"
      "<a href=two>Two<p>x</p></a><button onclick=\"location.href='/three'\" id=b>Three</button><button onclick='x()'>no</button>";
  const Page page = read_page(html);
  EXPECT_EQ(page.base, "/sub/");
  ASSERT_THAT(page.links, SizeIs(2));
  EXPECT_EQ(page.links[0].href, "/one");
  EXPECT_EQ(page.links[0].id, "first");
  EXPECT_EQ(page.links[0].content, "One <b>bold</b>");
  EXPECT_EQ(page.links[1].content, "Two<p>x</p>");
  ASSERT_THAT(page.buttons, SizeIs(1));
  EXPECT_EQ(page.buttons[0].href, "/three");
  EXPECT_EQ(page.buttons[0].content, "Three");
}

// Whatever a server sends.

TEST(Page, RubbishIsAPageWithoutForms) {
  for (const std::string_view text : {"", "<", "<form", "\xff\xfe<\x01>", "<input name=a><select><option>", "</form></table>"}) {
    EXPECT_THAT(read_page(text).forms, IsEmpty()) << text;
  }
  EXPECT_THAT(submitted("<form><input name=a value="), IsEmpty());
  EXPECT_THAT(submitted(std::string_view("<form><input name='a\0b' value=x></form>", 39)), ElementsAre("a\xEF\xBF\xBD"
                                                                                                       "b=x"));
}

TEST(Page, DeepPagesAreRead) { EXPECT_THAT(submitted("<form>" + repeated("<div>", 2000) + "<input name=a>"), ElementsAre("a=")); }

TEST(Page, PagesThatWouldTakeForEverAreRefused) {
  EXPECT_EQ(message_of<PageError>([] { read_page(repeated("<div>", 200'000)); }), "its HTML is too large, or nested too deep, to be read");
}

TEST(Page, PagesThatWouldFillTheMemoryAreRefused) {
  std::string html = "<p>";
  for (int i = 0; i < 5000; ++i) html += "<b a=" + std::to_string(i) + ">";
  EXPECT_THROW(read_page(html + repeated("<p>x", 2000)), PageError) << "each <p> repeats all that is open";
}

TEST(Page, ADeepPageThatIsDroppedForFramesIsRefused) {
  EXPECT_THROW(read_page(repeated("<div>", 10'000) + "<frameset>"), PageError);
  EXPECT_THAT(read_page("<div><frameset><frame src=x></frameset>").links, IsEmpty());
}

}  // namespace
}  // namespace loads::html
