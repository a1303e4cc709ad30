// The C++20 header: the same answers by names, handles that free themselves.
#include "gdlrt/gdlrt.hpp"

#include <doctest/doctest.h>

#include <type_traits>

#include "everything.h"
#include "process.h"

using namespace gdl;

static_assert(std::is_move_constructible_v<gdlrt::Program> &&
              !std::is_copy_constructible_v<gdlrt::Program>);
static_assert(std::is_move_assignable_v<gdlrt::Case> && !std::is_copy_constructible_v<gdlrt::Case>);
static_assert(std::is_move_constructible_v<gdlrt::Answer>);

TEST_CASE("the C++ header: a program, a case, an answer") {
  std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
  gdlrt::Result<gdlrt::Program> loaded = gdlrt::Program::load(bytes.data(), bytes.size());
  REQUIRE(loaded);
  gdlrt::Program program = std::move(*loaded);
  CHECK(program.facts() == 6);
  CHECK(program.decisions() == 2);
  CHECK(program.rules() == 9);
  CHECK(std::string(program.about().name) == "everything");
  CHECK(program.speaks("patient"));
  CHECK_FALSE(program.speaks("nobody"));
  CHECK(program.speaks("patient", ""));
  CHECK_FALSE(program.speaks("patient", "tlh"));
  CHECK(program.speaks(std::nullopt));
  CHECK(program.speaks(std::nullopt, ""));
  CHECK_FALSE(program.speaks(std::nullopt, "tlh"));
  CHECK(std::string(program.fact(program.find(GDLRT_FACTS, "weight")).unit) == "kg");
  CHECK(program.bound(program.find(GDLRT_FACTS, "weight"), GDLRT_DEFAULT) == "70.5");
  CHECK(std::string(program.value(1, program.find_value(1, "severe")).name) == "severe");
  CHECK(std::string(program.decision(1).name) == "second");
  CHECK(std::string(program.rule(0).title) == "One");

  gdlrt::Case c(program);
  REQUIRE(c.made() == GDLRT_OK);
  CHECK(c.boolean("fever", true) == GDLRT_OK);
  CHECK(c.name("severity", "severe") == GDLRT_OK);
  CHECK(c.scaled("age", 50, 0) == GDLRT_OK);
  CHECK(c.number("weight", "176", "[lb_av]") == GDLRT_OK);
  CHECK(c.elements("drugs", 1) == GDLRT_OK);
  CHECK(c.unknown(std::string("result")) == GDLRT_OK);
  gdlrt_eval_options options{sizeof options, "patient", nullptr, 0, 1, nullptr, 0, nullptr};
  gdlrt::Result<gdlrt::Answer> answer = c.evaluate(&options);
  REQUIRE_MESSAGE(answer, answer.problems());
  gdlrt::Case moved = std::move(c);
  nlohmann::json j = nlohmann::json::parse(answer->json());
  CHECK(answer->decisions().size() == j["decisions"].size());
  std::size_t i = 0;
  for (gdlrt::Decision d : answer->decisions()) {
    const nlohmann::json& dj = j["decisions"][i++];
    CHECK(d.id() == dj["id"].get<std::string>());
    CHECK(d.settled() == dj["settled"].get<bool>());
    CHECK((d.applies() == gdlrt::Truth::yes) == (dj["applies"] == "yes"));
    CHECK((d.gap() == gdlrt::Truth::unknown) == (dj["gap"] == "unknown"));
    CHECK(d.ask().size() == dj["ask"].size());
    CHECK(d.withdrawn().size() == dj["withdrawn"].size());
    CHECK(d.accepted().size() == dj["accepted"].size());
    CHECK(d.not_standing().size() == dj["not_standing"].size());
    std::size_t k = 0;
    for (gdlrt::Offer o : d.offers()) {
      const nlohmann::json& oj = dj["offers"][k++];
      CHECK(o.verb() == oj["verb"].get<std::string>());
      CHECK(o.label() == oj["label"].get<std::string>());
      CHECK(o.way().size() == oj["way"].size());
      CHECK(o.way()[0].view() == oj["way"][0].get<std::string>());
      CHECK((o.status() == gdlrt::Status::certain) == (oj["status"] == "certain"));
      CHECK(o.rules().size() == oj["rules"].size());
      CHECK(o.parameters().size() == oj["parameters"].size());
      if (oj.contains("because")) {
        REQUIRE(o.because().size() == oj["because"].size());
        CHECK(oj["because"].contains(std::string((*o.because().begin()).name())));
      }
    }
    CHECK(k == dj["offers"].size());
    k = 0;
    for (gdlrt::Advice a : d.advice()) {
      const nlohmann::json& aj = dj["advice"][k++];
      CHECK(a.rule() == aj["rule"].get<std::string>());
      CHECK(a.citations().size() == aj["cite"].size());
      CHECK(a.words() == aj["text"].get<std::string>());
      CHECK(a.source()["line"].text() == aj["source"]["line"].dump());
    }
  }
  CHECK(answer->decision("second").id() == "second");
  CHECK(!answer->decision("third"));
  CHECK(answer->decision("third").offers().empty());

  // What is wrong, by a case that has moved.
  CHECK(moved.number("age", "500") == GDLRT_BAD_CASE);
  CHECK(moved.problems().find("`age` is 500, outside its plausible range 0 to 120 years") !=
        std::string::npos);
  CHECK(moved.json().empty());
  gdlrt::Result<gdlrt::Answer> refused = moved.evaluate();
  CHECK(!refused);
  CHECK(refused.status() == GDLRT_BAD_CASE);
  CHECK(refused.problems().find("plausible") != std::string::npos);
  moved.clear();
  CHECK(moved.read("{\"age\":5}") == GDLRT_OK);
  gdlrt_narrowing from{sizeof from, GDLRT_AT_LEAST, 0, "3", 0, 0, nullptr};
  CHECK(moved.narrow("result", std::span(&from, 1)) == GDLRT_OK);
  CHECK(moved.json("drugs", "[\"ssri\"]") == GDLRT_OK);
  CHECK(moved.element("drugs", 0, GDLRT_YES) == GDLRT_OK);
  CHECK(moved.json() ==
        "{\"age\":5,\"drugs\":[\"warfarin\",\"ssri\"],\"result\":{\"at_least\":3}}\n");
  CHECK(moved.unset("result") == GDLRT_OK);
  CHECK(moved.value("severity", 9) == GDLRT_BAD_CASE);
}

TEST_CASE("the C++ header: what cannot be loaded says why") {
  gdlrt::Result<gdlrt::Program> none = gdlrt::Program::load("x", 1);
  CHECK(!none);
  CHECK(none.status() == GDLRT_BAD_PROGRAM);
  CHECK(none.problems().find("not a program") != std::string::npos);
  CHECK(gdlrt::Program::open("/nothing/there").status() == GDLRT_BAD_FILE);
  test::Folder folder;
  std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
  test::write(folder.path() + "/p.gdlb", {bytes.begin(), bytes.end()});
  CHECK(gdlrt::Program::open(folder.path() + "/p.gdlb"));
}

TEST_CASE("the C++ header: a text with a zero byte is refused, never taken up to it") {
  std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
  gdlrt::Result<gdlrt::Program> program = gdlrt::Program::load(bytes.data(), bytes.size());
  REQUIRE(program);
  auto with_zero = [](const std::string& text, const char* more) { return text + '\0' + more; };
  gdlrt::Case c(*program);
  // Each keeps the case from being evaluated, whatever stood there before, and is told.
  auto refused = [&](const char* told) {
    CHECK(c.problems().find(told) != std::string::npos);
    CHECK(c.json().empty());
    CHECK(c.evaluate().status() == GDLRT_BAD_CASE);
    c.clear();
    CHECK(c.evaluate());
  };
  CHECK(c.name("severity", "mild") == GDLRT_OK);
  CHECK(c.name("severity", with_zero("severe", "mild")) == GDLRT_BAD_CASE);
  refused("severe\u2400mild");
  CHECK(c.number("age", "71") == GDLRT_OK);
  CHECK(c.number("age", with_zero("71", "99")) == GDLRT_BAD_CASE);
  refused("`age` is a number");
  CHECK(c.number("weight", with_zero("71", ""), "kg") == GDLRT_BAD_CASE);
  refused("weight");
  CHECK(c.boolean(with_zero("fever", ""), true) == GDLRT_BAD_CASE);
  refused("fever\u2400");
  CHECK(c.name(with_zero("severity", "x"), "mild") == GDLRT_BAD_CASE);
  refused("severity\u2400x");
  CHECK(c.boolean("fever", true) == GDLRT_OK);
  CHECK(c.unset(with_zero("fever", "x")) == GDLRT_BAD_CASE);
  refused("fever\u2400x");
  CHECK(c.boolean(std::string(), true) == GDLRT_BAD_CASE);
  c.clear();

  CHECK(program->find(GDLRT_FACTS, "age") != GDLRT_NONE);
  CHECK(program->find(GDLRT_FACTS, with_zero("age", "x")) == GDLRT_NONE);
  std::uint32_t severity = program->find(GDLRT_FACTS, "severity");
  CHECK(program->find_value(severity, "mild") != GDLRT_NONE);
  CHECK(program->find_value(severity, with_zero("mild", "x")) == GDLRT_NONE);
  CHECK_FALSE(program->speaks(with_zero("patient", "x")));
  CHECK_FALSE(program->speaks("patient", with_zero("", "tlh")));

  test::Folder folder;
  const std::string path = folder.path() + "/p.gdlb";
  test::write(path, {bytes.begin(), bytes.end()});
  REQUIRE(gdlrt::Program::open(path));
  gdlrt::Result<gdlrt::Program> none = gdlrt::Program::open(with_zero(path, ".other"));
  CHECK_FALSE(none);
  CHECK(none.status() == GDLRT_BAD_FILE);
  // In the words of the library, but for the help.
  nlohmann::json said = nlohmann::json::parse(none.problems());
  nlohmann::json missing = nlohmann::json::parse(gdlrt::Program::open(path + "x").problems());
  CHECK(said["help"] == "its name has a zero byte");
  missing["help"] = said["help"];
  CHECK(said == missing);
}
