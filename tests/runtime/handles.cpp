// Cases, answers and programs as handles: each call of gdlrt.h, with what is right and with what is not.
#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include "everything.h"
#include "said.h"

using namespace gdl;
using nlohmann::json;

namespace {

/// A loaded program and a case for it, whose problems are kept.
struct Handles {
  explicit Handles(const std::vector<std::uint8_t>& bytes) {
    REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
    gdlrt_case_options with{sizeof with, nullptr, test::append, &problems};
    REQUIRE(gdlrt_case_make(program, &with, &c) == GDLRT_OK);
  }
  Handles() : Handles(driver::build(test::load(test::kEverything), {})) {}
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    gdlrt_case_free(c);
    gdlrt_program_free(program);
  }
  /// The messages since the last call.
  std::string told() {
    std::string out;
    for (const json& p : test::lines(problems)) out += p["message"].get<std::string>() + "\n";
    problems.clear();
    return out;
  }
  [[nodiscard]] std::uint32_t fact(const char* name) const {
    return gdlrt_program_find(program, GDLRT_FACTS, name);
  }
  std::string written() {
    std::string out;
    CHECK(gdlrt_case_write(c, test::append, &out) == GDLRT_OK);
    return out;
  }
  std::string answered(const gdlrt_eval_options* options = nullptr) {
    gdlrt_answer* answer = nullptr;
    gdlrt_status status = gdlrt_evaluate(c, options, &answer);
    CHECK_MESSAGE(status == GDLRT_OK, problems);
    std::string out = gdlrt_answer_json(answer, nullptr);
    gdlrt_answer_free(answer);
    return out;
  }

  gdlrt_program* program = nullptr;
  gdlrt_case* c = nullptr;
  std::string problems;
};

std::string messages_of(const gdlrt_program* program, const std::string& text) {
  std::string errors;
  std::string answer;
  CHECK(gdlrt_evaluate_json(program, text.data(), text.size(), nullptr, test::append, &answer,
                            test::append, &errors) == GDLRT_BAD_CASE);
  std::string out;
  for (const json& p : test::lines(errors)) out += p["message"].get<std::string>() + "\n";
  return out;
}

}  // namespace

TEST_CASE("a program is walked by index and by name") {
  Handles h;
  gdlrt_program_info info{};
  info.size = sizeof info;
  REQUIRE(gdlrt_program_about(h.program, &info) == GDLRT_OK);
  CHECK(std::string(info.name) == "everything");
  CHECK(std::string(info.version) == "1.0.0");
  CHECK(std::string(info.status) == "draft");
  CHECK(info.flags == 0);
  json answer = json::parse(h.answered());
  std::string hash = "sha256:";
  for (int i = 0; i < 32; ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", info.source_hash[i]);
    hash += two;
  }
  CHECK(answer["guideline"]["source_hash"] == hash);

  CHECK(gdlrt_program_speaks(h.program, "patient", nullptr) == 1);
  CHECK(gdlrt_program_speaks(h.program, "patient", "") == 1);
  CHECK(gdlrt_program_speaks(h.program, "patient", "tlh") == 0);
  CHECK(gdlrt_program_speaks(h.program, "patients", nullptr) == 0);
  CHECK(gdlrt_program_speaks(h.program, nullptr, nullptr) == 1);
  CHECK(gdlrt_program_count(h.program, GDLRT_FACTS) == 6);
  CHECK(gdlrt_program_count(h.program, GDLRT_DECISIONS) == 2);
  CHECK(gdlrt_program_count(h.program, GDLRT_RULES) == 9);
  gdlrt_fact f{};
  f.size = sizeof f;
  REQUIRE(gdlrt_program_fact(h.program, h.fact("weight"), &f) == GDLRT_OK);
  CHECK(std::string(f.name) == "weight");
  CHECK(std::string(f.label) == "Weight");
  CHECK(std::string(f.unit) == "kg");
  CHECK(f.kind == GDLRT_DECIMAL);
  CHECK(f.flags == (GDLRT_HAS_DEFAULT | GDLRT_USED));
  CHECK(f.values == 0);
  REQUIRE(gdlrt_program_fact(h.program, h.fact("severity"), &f) == GDLRT_OK);
  CHECK(f.kind == GDLRT_ENUMERATION);
  CHECK((f.flags & GDLRT_ORDERED) != 0);
  CHECK(f.values == 3);
  gdlrt_value v{};
  v.size = sizeof v;
  REQUIRE(gdlrt_program_value(h.program, h.fact("severity"), 1, &v) == GDLRT_OK);
  CHECK(std::string(v.name) == "mild");
  CHECK(gdlrt_program_find_value(h.program, h.fact("severity"), "severe") == 2);
  CHECK(gdlrt_program_find_value(h.program, h.fact("severity"), "worse") == GDLRT_NONE);
  CHECK(gdlrt_program_find_value(h.program, h.fact("fever"), "yes") == GDLRT_NONE);
  CHECK(gdlrt_program_value(h.program, h.fact("fever"), 0, &v) == GDLRT_BAD_ARGUMENT);

  auto bound = [&](const char* name, gdlrt_bound which) {
    std::string out(gdlrt_program_bound(h.program, h.fact(name), which, nullptr, 0), ' ');
    CHECK(gdlrt_program_bound(h.program, h.fact(name), which, out.data(), out.size() + 1) ==
          out.size());
    return out;
  };
  CHECK(bound("weight", GDLRT_LOWEST) == "2");
  CHECK(bound("weight", GDLRT_HIGHEST) == "300");
  CHECK(bound("weight", GDLRT_DEFAULT) == "70.5");
  CHECK(bound("drugs", GDLRT_DEFAULT) == "[\"ssri\"]");
  CHECK(bound("severity", GDLRT_DEFAULT) == "\"mild\"");
  CHECK(bound("severity", GDLRT_LOWEST).empty());
  CHECK(bound("result", GDLRT_DEFAULT).empty());
  char few[3] = {'x', 'x', 'x'};
  CHECK(gdlrt_program_bound(h.program, h.fact("weight"), GDLRT_DEFAULT, few, sizeof few) == 4);
  CHECK(std::string(few) == "70");
  CHECK(gdlrt_program_bound(h.program, 99, GDLRT_DEFAULT, few, sizeof few) == 0);
  CHECK(few[0] == 0);

  gdlrt_decision d{};
  d.size = sizeof d;
  REQUIRE(gdlrt_program_decision(h.program, 0, &d) == GDLRT_OK);
  CHECK(std::string(d.name) == "first");
  CHECK(std::string(d.title) == "First");
  CHECK(d.rules == 6);
  gdlrt_rule r{};
  r.size = sizeof r;
  std::uint32_t one = gdlrt_program_find(h.program, GDLRT_RULES, "first.one");
  REQUIRE(gdlrt_program_rule(h.program, one, &r) == GDLRT_OK);
  CHECK(std::string(r.name) == "first.one");
  CHECK(std::string(r.title) == "One");
  CHECK(std::string(r.strength) == "strong");
  CHECK(r.decision == 0);
  CHECK(r.line > 20);
  CHECK(r.column == 1);
  CHECK(r.end_line == r.line);
  CHECK(r.end_column > 20);
  CHECK(!std::string(r.file).empty());
  std::uint32_t nine = gdlrt_program_find(h.program, GDLRT_RULES, "nine");
  REQUIRE(gdlrt_program_rule(h.program, nine, &r) == GDLRT_OK);
  CHECK(r.decision == GDLRT_NONE);
  CHECK(gdlrt_program_find(h.program, GDLRT_RULES, "ten") == GDLRT_NONE);
  CHECK(gdlrt_program_find(h.program, GDLRT_DECISIONS, "second") == 1);

  // A smaller struct, of an earlier version, gets what it has room for.
  struct Early {
    size_t size;
    const char* name;
    const char* behind;
  } early{offsetof(Early, behind), nullptr, "kept"};
  CHECK(gdlrt_program_fact(h.program, 0, reinterpret_cast<gdlrt_fact*>(&early)) == GDLRT_OK);
  CHECK(std::string(early.name) == "fever");
  CHECK(std::string(early.behind) == "kept");
  CHECK(early.size == offsetof(Early, behind));
}

TEST_CASE("a stripped program has no texts, and numbers for rules") {
  Handles h(driver::build(test::load(test::kEverything), {true, false}));
  gdlrt_program_info info{};
  info.size = sizeof info;
  REQUIRE(gdlrt_program_about(h.program, &info) == GDLRT_OK);
  CHECK(info.flags == GDLRT_STRIPPED);
  CHECK(std::string(info.title).empty());
  CHECK(gdlrt_program_find(h.program, GDLRT_RULES, "#8") == 8);
  for (const char* none :
       {"#9", "#", "", "8", "#08", "#8x", "#-1", "#4294967304", "#99999999999999999999"}) {
    CHECK(gdlrt_program_find(h.program, GDLRT_RULES, none) == GDLRT_NONE);
  }
  CHECK(gdlrt_program_find(h.program, GDLRT_RULES, "#0") == 0);
  gdlrt_rule r{};
  r.size = sizeof r;
  REQUIRE(gdlrt_program_rule(h.program, 0, &r) == GDLRT_OK);
  CHECK(std::string(r.name).empty());
  CHECK(r.line == 0);
  CHECK(std::string(r.file).empty());
}

TEST_CASE("a case is said fact by fact") {
  Handles h;
  CHECK(h.written() == "{}\n");
  CHECK(gdlrt_case_set_boolean(h.c, h.fact("fever"), 1) == GDLRT_OK);
  CHECK(gdlrt_case_set_name(h.c, h.fact("severity"), "severe") == GDLRT_OK);
  CHECK(gdlrt_case_set_number(h.c, h.fact("age"), "960", "months") == GDLRT_OK);
  CHECK(gdlrt_case_set_scaled(h.c, h.fact("weight"), 705, -1, nullptr) == GDLRT_OK);
  CHECK(gdlrt_case_set_elements(h.c, h.fact("drugs"), 1, 3) == GDLRT_OK);
  CHECK(gdlrt_case_set_unknown(h.c, h.fact("result")) == GDLRT_OK);
  CHECK(h.written() ==
        R"({"fever":true,"severity":"severe","age":{"value":960,"unit":"months"},"weight":705e-1,)"
        R"("drugs":{"warfarin":true,"ssri":false},"result":null})"
        "\n");
  std::string text = h.written();
  std::string expected;
  CHECK(gdlrt_evaluate_json(h.program, text.data(), text.size(), nullptr, test::append, &expected,
                            nullptr, nullptr) == GDLRT_OK);
  CHECK(h.answered() == expected);
  // Said again, by value and by element.
  CHECK(gdlrt_case_set_value(h.c, h.fact("severity"), 0) == GDLRT_OK);
  CHECK(gdlrt_case_set_value(h.c, h.fact("fever"), 0) == GDLRT_OK);
  CHECK(gdlrt_case_set_element(h.c, h.fact("drugs"), 2, GDLRT_YES) == GDLRT_OK);
  CHECK(gdlrt_case_set_element(h.c, h.fact("drugs"), 0, GDLRT_UNKNOWN) == GDLRT_OK);
  CHECK(gdlrt_case_set_number(h.c, h.fact("result"), "1/3", nullptr) == GDLRT_OK);
  CHECK(gdlrt_case_unset(h.c, h.fact("age")) == GDLRT_OK);
  CHECK(gdlrt_case_set_json(h.c, h.fact("weight"), " { \"below\" :\n50 } ", 18) == GDLRT_OK);
  CHECK(
      h.written() ==
      R"({"fever":false,"severity":"none","weight":{"below":50},"drugs":{"ssri":false,"steroid":true},)"
      R"("result":"1/3"})"
      "\n");
  gdlrt_case_clear(h.c);
  CHECK(h.written() == "{}\n");
  CHECK(gdlrt_case_read(h.c, "{\"fever\" : null}", 16) == GDLRT_OK);
  CHECK(h.written() == "{\"fever\":null}\n");
  CHECK(gdlrt_case_set_elements(h.c, h.fact("drugs"), 5, ~std::uint64_t{0}) == GDLRT_OK);
  CHECK(h.written() == "{\"fever\":null,\"drugs\":[\"warfarin\",\"steroid\"]}\n");
  CHECK(h.problems.empty());
}

TEST_CASE("narrowings are said entry by entry") {
  Handles h;
  auto n = [](std::uint32_t how, std::int64_t value, std::uint32_t piece = 0) {
    return gdlrt_narrowing{sizeof(gdlrt_narrowing), how, piece, nullptr, value, 0, nullptr};
  };
  std::vector<gdlrt_narrowing> list = {
      n(GDLRT_IN, 3),           n(GDLRT_NOT, 70), n(GDLRT_ABOVE, 60, 1), n(GDLRT_AT_MOST, 80, 1),
      n(GDLRT_AT_LEAST, 90, 2), n(GDLRT_NOT, 95), n(GDLRT_BELOW, 1200)};
  list[6].unit = "months";
  CHECK(gdlrt_case_narrow(h.c, h.fact("age"), list.data(), list.size()) == GDLRT_OK);
  CHECK(h.written() ==
        R"({"age":{"in":[3,{"above":60,"at_most":80},{"at_least":90}],"not":[70,95],)"
        R"("below":{"value":1200,"unit":"months"}}})"
        "\n");
  gdlrt_narrowing of[] = {n(GDLRT_AT_LEAST, 1)};
  CHECK(gdlrt_case_narrow(h.c, h.fact("severity"), of, 1) == GDLRT_OK);
  of[0].how = GDLRT_IN;
  CHECK(gdlrt_case_narrow(h.c, h.fact("fever"), of, 1) == GDLRT_OK);
  of[0].text = "9.50";
  of[0].how = GDLRT_AT_MOST;
  CHECK(gdlrt_case_narrow(h.c, h.fact("result"), of, 1) == GDLRT_OK);
  CHECK(h.written().find(R"("severity":{"at_least":"mild"})") != std::string::npos);
  CHECK(h.written().find(R"("fever":{"in":[true]})") != std::string::npos);
  CHECK(h.written().find(R"("result":{"at_most":9.50})") != std::string::npos);
  CHECK(h.problems.empty());
}

TEST_CASE("an entry of a list that has no room for its number is no number") {
  Handles h;
  struct Small {
    std::size_t size;
    std::uint8_t rest[sizeof(gdlrt_narrowing)];
  } small{};
  for (std::size_t size : {std::size_t{0}, sizeof(std::size_t), offsetof(gdlrt_narrowing, mantissa),
                           offsetof(gdlrt_narrowing, exponent)}) {
    CAPTURE(size);
    small.size = size;
    gdlrt_narrowing entry;
    std::memcpy(&entry, &small, sizeof entry);
    CHECK(gdlrt_case_narrow(h.c, h.fact("age"), &entry, 1) == GDLRT_BAD_CASE);
  }
  gdlrt_narrowing two[] = {{sizeof *two, GDLRT_AT_LEAST, 0, nullptr, 1, 0, nullptr},
                           {sizeof *two, GDLRT_AT_MOST, 0, nullptr, 9, 0, nullptr}};
  CHECK(gdlrt_case_narrow(h.c, h.fact("age"), two, 2) == GDLRT_OK);
  two[1].size = 0;
  CHECK(gdlrt_case_narrow(h.c, h.fact("age"), two, 2) == GDLRT_BAD_CASE);
}

TEST_CASE("a byte-order mark is no part of a value") {
  Handles h;
  const std::string value = "\xef\xbb\xbf{\"at_least\":70}";
  CHECK(gdlrt_case_set_json(h.c, h.fact("age"), value.data(), value.size()) == GDLRT_OK);
  CHECK(h.written() == "{\"age\":{\"at_least\":70}}\n");
  const std::string whole = h.written();
  CHECK(gdlrt_case_read(h.c, whole.data(), whole.size()) == GDLRT_OK);
  // A second one is none, and stays so when the refused value is read again.
  const std::string twice =
      "\xef\xbb\xbf\xef\xbb\xbf"
      "70";
  CHECK(gdlrt_case_set_json(h.c, h.fact("age"), twice.data(), twice.size()) == GDLRT_BAD_CASE);
  for (int again = 0; again < 3; ++again) {
    gdlrt_answer* answer = nullptr;
    CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  }
}

TEST_CASE(
    "what is refused is told in the words of a case, and keeps the case from being answered") {
  Handles h;
  struct Wrong {
    const char* fact;
    std::function<gdlrt_status(gdlrt_case*, std::uint32_t)> say;
    const char* same;  // as JSON
  };
  gdlrt_narrowing twice[2] = {{sizeof(gdlrt_narrowing), GDLRT_BELOW, 0, "5", 0, 0, nullptr},
                              {sizeof(gdlrt_narrowing), GDLRT_BELOW, 0, "6", 0, 0, nullptr}};
  gdlrt_narrowing strange{sizeof(gdlrt_narrowing), 17, 0, "5", 0, 0, nullptr};
  gdlrt_narrowing beyond{sizeof(gdlrt_narrowing), GDLRT_IN, 0, nullptr, 3, 0, nullptr};
  gdlrt_narrowing negative{sizeof(gdlrt_narrowing), GDLRT_IN, 0, nullptr, -1, 0, nullptr};
  const Wrong wrongs[] = {
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "121", nullptr); }, "121"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "1.5", nullptr); }, "1.5"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "ten", nullptr); },
       "\"ten\""},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "", nullptr); }, "\"\""},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "1,\"x\":2", nullptr); },
       "\"1,\\\"x\\\":2\""},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "1e", nullptr); }, "1e"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, nullptr, nullptr); }, "[0]"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "5", "kg"); },
       R"({"value":5,"unit":"kg"})"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "5", "nonsense\"}"); },
       R"({"value":5,"unit":"nonsense\"}"})"},
      {"age",
       [](auto* c, auto f) {
         return gdlrt_case_set_scaled(c, f, std::numeric_limits<std::int64_t>::min(), 0, nullptr);
       },
       "-9223372036854775808"},
      {"age",
       [](auto* c, auto f) {
         return gdlrt_case_set_scaled(c, f, 1, std::numeric_limits<std::int32_t>::max(), nullptr);
       },
       "1e2147483647"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_name(c, f, "old"); }, "\"old\""},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_value(c, f, 3); }, "[0]"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_elements(c, f, 0, 0); }, "[0]"},
      {"age", [](auto* c, auto f) { return gdlrt_case_set_boolean(c, f, 1); }, "true"},
      {"age", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, twice, 2); },
       R"({"below":5,"below":6})"},
      {"age", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, &strange, 1); }, R"({"?":5})"},
      {"age", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, nullptr, 0); }, "{}"},
      {"age", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, nullptr, 2); }, "[0]"},
      {"fever", [](auto* c, auto f) { return gdlrt_case_set_name(c, f, "yes"); }, "\"yes\""},
      {"fever", [](auto* c, auto f) { return gdlrt_case_set_value(c, f, 2); }, "[0]"},
      {"fever", [](auto* c, auto f) { return gdlrt_case_set_scaled(c, f, 1, 0, nullptr); }, "1"},
      {"severity", [](auto* c, auto f) { return gdlrt_case_set_name(c, f, "worse"); }, "\"worse\""},
      {"severity", [](auto* c, auto f) { return gdlrt_case_set_name(c, f, nullptr); }, "[0]"},
      {"severity", [](auto* c, auto f) { return gdlrt_case_set_value(c, f, 3); }, "[0]"},
      {"severity", [](auto* c, auto f) { return gdlrt_case_set_value(c, f, GDLRT_NONE); }, "[0]"},
      {"severity", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, &beyond, 1); },
       R"({"in":[[0]]})"},
      {"severity", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, &negative, 1); },
       R"({"in":[[0]]})"},
      {"drugs", [](auto* c, auto f) { return gdlrt_case_set_elements(c, f, 8, 15); }, "[0]"},
      {"drugs", [](auto* c, auto f) { return gdlrt_case_set_elements(c, f, 3, 1); }, "[0]"},
      {"drugs", [](auto* c, auto f) { return gdlrt_case_set_element(c, f, 3, GDLRT_YES); }, "[0]"},
      {"drugs",
       [](auto* c, auto f) { return gdlrt_case_set_element(c, f, 0, static_cast<gdlrt_truth>(3)); },
       "[0]"},
      {"drugs", [](auto* c, auto f) { return gdlrt_case_set_name(c, f, "ssri"); }, "\"ssri\""},
      {"drugs", [&](auto* c, auto f) { return gdlrt_case_narrow(c, f, &beyond, 1); },
       R"({"in":[3]})"},
      {"result", [](auto* c, auto f) { return gdlrt_case_set_number(c, f, "1/0", nullptr); },
       "\"1/0\""},
  };
  for (const Wrong& w : wrongs) {
    CAPTURE(w.same);
    std::string text = std::string("{\"") + w.fact + "\":" + w.same + "}";
    std::string expected = messages_of(h.program, text);
    CHECK(w.say(h.c, h.fact(w.fact)) == GDLRT_BAD_CASE);
    CHECK(h.told() == expected);
    // Told again, in the same words, until the fact is said anew.
    gdlrt_answer* answer = nullptr;
    CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
    CHECK(answer == nullptr);
    CHECK(h.told() == expected);
    std::string out;
    CHECK(gdlrt_case_write(h.c, test::append, &out) == GDLRT_BAD_CASE);
    CHECK(out.empty());
    CHECK(gdlrt_case_unset(h.c, h.fact(w.fact)) == GDLRT_OK);
    CHECK(h.answered() == Handles().answered());
  }
  // A value that is not JSON; text that is not UTF-8.
  for (const char* bad : {"", "{", "tru", "1 2", "\"\xff\"", "[\"ssri\"", "nul"}) {
    CAPTURE(bad);
    CHECK(gdlrt_case_set_json(h.c, h.fact("drugs"), bad, strlen(bad)) == GDLRT_BAD_CASE);
    CHECK(test::lines(h.problems).at(0)["fact"] == "drugs");
    std::string first = h.told();
    gdlrt_answer* answer = nullptr;
    CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
    CHECK(h.told() == first);
  }
  CHECK(gdlrt_case_set_json(h.c, h.fact("drugs"), nullptr, 3) == GDLRT_BAD_CASE);
  CHECK(gdlrt_case_set_elements(h.c, h.fact("drugs"), 0, 7) == GDLRT_OK);
  h.problems.clear();
  (void)h.answered();
  // A fact that there is not.
  CHECK(gdlrt_case_set_boolean(h.c, gdlrt_case_fact(h.c, "fevr"), 1) == GDLRT_BAD_CASE);
  CHECK(h.told() == "there is no fact `fevr`: did you mean `fever`?\n");
  gdlrt_answer* answer = nullptr;
  CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  CHECK(h.told() == "something that this case was told has been refused\n");
  gdlrt_case_clear(h.c);
  (void)h.answered();
  CHECK(gdlrt_case_set_boolean(h.c, 6, 1) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  // A whole case that is not valid.
  gdlrt_case_clear(h.c);
  CHECK(gdlrt_case_set_boolean(h.c, h.fact("fever"), 1) == GDLRT_OK);
  h.problems.clear();
  CHECK(gdlrt_case_read(h.c, "{\"age\":130}", 11) == GDLRT_BAD_CASE);
  CHECK(h.told() == messages_of(h.program, "{\"age\":130}"));
  CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  CHECK(gdlrt_case_read(h.c, "{}", 2) == GDLRT_OK);
  CHECK(h.written() == "{}\n");
  h.problems.clear();
  (void)h.answered();
}

TEST_CASE("an impossible patient is told of by handles too") {
  Handles h;
  CHECK(gdlrt_case_set_number(h.c, h.fact("age"), "0", nullptr) == GDLRT_OK);
  CHECK(gdlrt_case_set_number(h.c, h.fact("weight"), "50", nullptr) == GDLRT_OK);
  gdlrt_answer* answer = nullptr;
  CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  CHECK(h.told() == messages_of(h.program, R"({"age":0,"weight":50})"));
  // With the places of the text where there is one.
  std::string text = "{\"age\":0,\n\"weight\":50}";
  CHECK(gdlrt_case_read(h.c, text.data(), text.size()) == GDLRT_OK);
  CHECK(gdlrt_evaluate(h.c, nullptr, &answer) == GDLRT_BAD_CASE);
  CHECK(test::lines(h.problems).at(0)["line"] == 2);
}

TEST_CASE("an answer is a document") {
  Handles h;
  CHECK(gdlrt_case_read(h.c, R"({"fever":true,"severity":"severe"})", 34) == GDLRT_OK);
  gdlrt_eval_options options{sizeof options, "patient", nullptr, 0, 1, nullptr, 0, nullptr};
  gdlrt_answer* answer = nullptr;
  REQUIRE(gdlrt_evaluate(h.c, &options, &answer) == GDLRT_OK);
  // It stands for itself.
  gdlrt_case_clear(h.c);
  std::size_t size = 0;
  const char* text = gdlrt_answer_json(answer, &size);
  CHECK(size == strlen(text));
  CHECK(test::walked(gdlrt_answer_root(answer)) + "\n" == text);
  const gdlrt_node* decisions = gdlrt_node_member(gdlrt_answer_root(answer), "decisions");
  REQUIRE(gdlrt_node_kind(decisions) == GDLRT_NODE_LIST);
  const gdlrt_node* first = gdlrt_node_at(decisions, 0);
  CHECK(std::string(gdlrt_node_text(gdlrt_node_member(first, "id"))) == "first");
  CHECK(gdlrt_node_kind(gdlrt_node_member(first, "settled")) == GDLRT_NODE_BOOLEAN);
  CHECK(std::string(gdlrt_node_name(gdlrt_node_member(first, "id"))) == "id");
  CHECK(std::string(gdlrt_node_name(first)).empty());
  // What is not there is empty, and so is what is below it.
  const gdlrt_node* none = gdlrt_node_member(gdlrt_node_at(first, 1000), "x");
  CHECK(none == nullptr);
  CHECK(gdlrt_node_kind(none) == GDLRT_ABSENT);
  CHECK(std::string(gdlrt_node_text(none)).empty());
  CHECK(gdlrt_node_size(none) == 0);
  CHECK(gdlrt_node_count(none) == 0);
  CHECK(gdlrt_node_true(none) == 0);
  CHECK(std::string(gdlrt_node_name(none)).empty());
  CHECK(gdlrt_node_member(first, nullptr) == nullptr);
  CHECK(gdlrt_node_member(decisions, "0") == nullptr);
  gdlrt_answer_free(answer);
}

TEST_CASE("nothing at all, and garbage, in each argument") {
  Handles h;
  gdlrt_case* c = nullptr;
  gdlrt_answer* answer = nullptr;
  gdlrt_program* program = nullptr;
  const std::size_t small = sizeof(size_t) - 1;
  CHECK(gdlrt_case_make(nullptr, nullptr, &c) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_make(h.program, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  gdlrt_case_options bad_case{small, nullptr, nullptr, nullptr};
  CHECK(gdlrt_case_make(h.program, &bad_case, &c) == GDLRT_BAD_ARGUMENT);
  gdlrt_allocator no_hook{sizeof no_hook, nullptr, nullptr};
  bad_case = {sizeof bad_case, &no_hook, nullptr, nullptr};
  CHECK(gdlrt_case_make(h.program, &bad_case, &c) == GDLRT_BAD_ARGUMENT);
  CHECK(c == nullptr);
  gdlrt_case_free(nullptr);
  gdlrt_case_clear(nullptr);
  gdlrt_answer_free(nullptr);
  CHECK(gdlrt_case_fact(nullptr, "fever") == GDLRT_NONE);
  CHECK(gdlrt_case_fact(h.c, nullptr) == GDLRT_NONE);
  CHECK(gdlrt_case_unset(nullptr, 0) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_unknown(nullptr, 0) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_boolean(nullptr, 0, 1) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_value(nullptr, 0, 1) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_name(nullptr, 0, "x") == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_number(nullptr, 0, "1", nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_scaled(nullptr, 0, 1, 1, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_elements(nullptr, 0, 1, 1) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_element(nullptr, 0, 1, GDLRT_YES) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_narrow(nullptr, 0, nullptr, 0) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_set_json(nullptr, 0, "1", 1) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_read(nullptr, "{}", 2) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_write(nullptr, test::append, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_write(h.c, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_case_read(h.c, nullptr, 2) == GDLRT_BAD_ARGUMENT);
  gdlrt_case_clear(h.c);
  CHECK(gdlrt_evaluate(nullptr, nullptr, &answer) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_evaluate(h.c, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  gdlrt_eval_options options{small, nullptr, nullptr, 0, 0, nullptr, 0, nullptr};
  CHECK(gdlrt_evaluate(h.c, &options, &answer) == GDLRT_BAD_ARGUMENT);
  alignas(16) char memory[64];
  options = {sizeof options, nullptr, nullptr, 0, 0, memory + 8, 32, nullptr};
  CHECK(gdlrt_evaluate(h.c, &options, &answer) == GDLRT_BAD_ARGUMENT);
  options = {sizeof options, nullptr, nullptr, 0, 0, nullptr, 0, &no_hook};
  CHECK(gdlrt_evaluate(h.c, &options, &answer) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_evaluate_json(h.program, "{}", 2, &options, test::append, nullptr, nullptr,
                            nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(answer == nullptr);
  CHECK(gdlrt_answer_root(nullptr) == nullptr);
  CHECK(std::string(gdlrt_answer_json(nullptr, nullptr)).empty());
  CHECK(gdlrt_program_count(nullptr, GDLRT_FACTS) == 0);
  CHECK(gdlrt_program_count(h.program, static_cast<gdlrt_part>(9)) == 0);
  CHECK(gdlrt_program_speaks(nullptr, nullptr, nullptr) == 0);
  CHECK(gdlrt_program_find(nullptr, GDLRT_FACTS, "x") == GDLRT_NONE);
  CHECK(gdlrt_program_find(h.program, GDLRT_FACTS, nullptr) == GDLRT_NONE);
  CHECK(gdlrt_program_find_value(h.program, 0, nullptr) == GDLRT_NONE);
  CHECK(gdlrt_program_find_value(nullptr, 0, "x") == GDLRT_NONE);
  CHECK(gdlrt_program_about(nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_about(h.program, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_fact(h.program, 0, nullptr) == GDLRT_BAD_ARGUMENT);
  gdlrt_fact f{};
  CHECK(gdlrt_program_fact(h.program, 0, &f) == GDLRT_BAD_ARGUMENT);  // without a size
  f.size = sizeof f;
  CHECK(gdlrt_program_fact(h.program, 6, &f) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_fact(nullptr, 0, &f) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_value(h.program, 1, 0, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_decision(h.program, 2, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_rule(h.program, GDLRT_NONE, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_rule(h.program, 0, nullptr) == GDLRT_BAD_ARGUMENT);
  gdlrt_load_options load{small, nullptr, 0};
  CHECK(gdlrt_program_load_with("", 0, &load, &program, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  load = {sizeof load, &no_hook, 0};
  CHECK(gdlrt_program_load_with("", 0, &load, &program, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_open_file(nullptr, nullptr, &program, nullptr, nullptr) ==
        GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_open_file("/", nullptr, nullptr, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
}

TEST_CASE("many values of one case, said again and again, take no more memory than one") {
  struct Counter {
    std::size_t now = 0, most = 0;
    static void* resize(void* context, void* block, size_t old_size, size_t new_size) {
      auto& c = *static_cast<Counter*>(context);
      c.now = c.now + new_size - old_size;
      c.most = std::max(c.most, c.now);
      if (new_size != 0) return std::realloc(block, new_size);
      std::free(block);
      return nullptr;
    }
  } counter;
  gdlrt_allocator hook{sizeof hook, Counter::resize, &counter};
  Handles h;
  gdlrt_case_options with{sizeof with, &hook, nullptr, nullptr};
  gdlrt_case* c = nullptr;
  REQUIRE(gdlrt_case_make(h.program, &with, &c) == GDLRT_OK);
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(gdlrt_case_set_scaled(c, h.fact("age"), i % 120, 0, i % 2 == 0 ? "years" : nullptr) ==
            GDLRT_OK);
    REQUIRE(gdlrt_case_set_value(c, h.fact("severity"), static_cast<std::uint32_t>(i % 3)) ==
            GDLRT_OK);
  }
  CHECK(counter.most < 16'384);
  std::string out;
  CHECK(gdlrt_case_write(c, test::append, &out) == GDLRT_OK);
  CHECK(out == "{\"severity\":\"none\",\"age\":39}\n");
  // One value of a thousand names.
  std::string list = "{\"not\":[";
  for (int i = 0; i < 4000; ++i) list += (i > 0 ? ",1" : "1");
  list += "]}";
  CHECK(gdlrt_case_set_json(c, h.fact("age"), list.data(), list.size()) == GDLRT_OK);
  gdlrt_case_free(c);
  CHECK(counter.now == 0);
}
