#include "engine/html/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <loads/error.h>

#include "engine/html/form.h"
#include "engine/html/page.h"
#include "support/client_harness.h"

namespace loads::html {
namespace {

using support::message_of;
using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

class FillingIn : public testing::Test {
 protected:
  Control of(std::string_view name, std::optional<std::size_t> index = std::nullopt) { return form().control(name, index); }
  std::string error_of(const std::function<void()>& action) { return message_of<AppError>(action); }
  Form& form() { return *page_.forms.front(); }

  Page page_ = read_page(
      "<form><input name=text value=x><input type=hidden name=secret value=1><input type=checkbox name=box value=yes>"
      "<input type=checkbox name=tag value=a checked><input type=checkbox name=tag value=b><input type=checkbox name=tag value=c>"
      "<input type=radio name=size value=s checked><input type=radio name=size value=l>"
      "<select name=land><option value=de>Germany<option value=fr>France</select>"
      "<select name=langs multiple><option value=1>One<option value=2>Two<option value=3 selected>Three</select>"
      "<input type=file name=doc><input name=twice value=1><input name=twice value=2><input type=submit name=go value=Go></form>");
};

TEST_F(FillingIn, TextIsReplaced) {
  of("text").set("new");
  of("secret").set("2");
  EXPECT_EQ(of("text").value(), "new");
  EXPECT_EQ(of("secret").value(), "2");
}

TEST_F(FillingIn, ACheckboxIsCheckedByTruthOrByItsValue) {
  EXPECT_EQ(of("box").value(), "");
  of("box").check(true);
  EXPECT_EQ(of("box").value(), "yes");
  EXPECT_TRUE(of("box").checked());
  of("box").check(false);
  EXPECT_THAT(of("box").values(), IsEmpty());
  of("box").set("yes");
  EXPECT_TRUE(of("box").checked());
  EXPECT_EQ(error_of([&] { of("box").set("no"); }), R"(the field "box" has no option "no" (it has "yes"))");
  EXPECT_EQ(error_of([&] { of("text").check(true); }), R"(the field "text" is no checkbox)");
}

TEST_F(FillingIn, CheckboxesOfOneNameAreCheckedTogetherOrByIndex) {
  of("tag").set_all(Texts{"b", "c"});
  EXPECT_THAT(of("tag").values(), ElementsAre("b", "c"));
  of("tag", 0).check(true);
  EXPECT_THAT(of("tag").values(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(error_of([&] { of("tag").check(true); }), R"(3 fields have the name "tag": say which by its index)");
}

TEST_F(FillingIn, OneOfTheRadioButtonsIsChosen) {
  EXPECT_EQ(of("size").value(), "s");
  of("size").set("l");
  EXPECT_THAT(of("size").values(), ElementsAre("l"));
  of("size", 0).set("s");
  EXPECT_THAT(of("size").values(), ElementsAre("s"));
  EXPECT_EQ(error_of([&] { of("size").set("m"); }), R"(the field "size" has no option "m" (it has "s", "l"))");
}

TEST_F(FillingIn, OptionsAreChosenByValueOrText) {
  of("land").set("fr");
  EXPECT_EQ(of("land").value(), "fr");
  of("land").select_text({"Germany"});
  EXPECT_EQ(of("land").value(), "de");
  EXPECT_EQ(error_of([&] { of("land").set("Germany"); }), R"(the field "land" has no option "Germany" (it has "de", "fr"))");
  EXPECT_EQ(error_of([&] { of("land").select_text({"de"}); }), R"(the field "land" has no option "de" (it has "Germany", "France"))");
  EXPECT_EQ(error_of([&] { of("land").set_all(Texts{"de", "fr"}); }), R"(the field "land" takes one value)");
  EXPECT_EQ(of("land").value(), "de") << "an error changes nothing";
}

TEST_F(FillingIn, SeveralOptionsAreChosenOfAMultipleSelect) {
  of("langs").set_all(Texts{"1", "2"});
  EXPECT_THAT(of("langs").values(), ElementsAre("1", "2"));
  of("langs").select_text({"Three"});
  EXPECT_THAT(of("langs").values(), ElementsAre("3"));
  of("langs").set_all(Texts{});
  EXPECT_THAT(of("langs").values(), IsEmpty());
}

TEST_F(FillingIn, AnyValueCanBeForced) {
  of("land").force("xx");
  of("size").force("huge");
  EXPECT_THAT(of("land").values(), ElementsAre("xx"));
  EXPECT_THAT(of("size").values(), ElementsAre("huge"));
  of("land").set("fr");
  of("size").set("l");
  EXPECT_THAT(of("land").values(), ElementsAre("fr"));
  EXPECT_THAT(of("size").values(), ElementsAre("l"));
}

TEST_F(FillingIn, AFileIsUploaded) {
  of("doc").upload(Upload("a.txt", "content"));
  const auto parts = form().submission();
  const auto part = std::find_if(parts.begin(), parts.end(), [](const Part& each) { return each.name == "doc"; });
  ASSERT_NE(part, parts.end());
  EXPECT_EQ(part->upload->filename, "a.txt");
  EXPECT_EQ(error_of([&] { of("doc").set("a.txt"); }), R"(the field "doc" takes a file: loads::Upload("name", "content"))");
  EXPECT_EQ(error_of([&] { of("text").upload(Upload("a")); }), R"(the field "text" takes no file)");
}

TEST_F(FillingIn, FieldsOfOneNameHaveAnIndex) {
  of("twice", 1).set("new");
  EXPECT_EQ(of("twice", 0).value(), "1");
  EXPECT_EQ(of("twice", 1).value(), "new");
  EXPECT_EQ(error_of([&] { of("twice").value(); }), R"(2 fields have the name "twice": say which by its index)");
  EXPECT_EQ(error_of([&] { of("twice", 2); }), R"(the form has no field "twice" with the index 2)");
}

TEST_F(FillingIn, WhatIsNotThereIsNamed) {
  EXPECT_EQ(error_of([&] { of("nothing"); }),
            R"(the form has no field "nothing" (it has "text", "secret", "box", "tag", "size", "land", "langs", "doc", "twice", "go"))");
  EXPECT_EQ(error_of([&] { of("go").set("x"); }), R"(the field "go" is a button, which has no value to be set)");
}

}  // namespace
}  // namespace loads::html
