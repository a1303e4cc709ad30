// Programs and cases at the limits of what the verifier lets pass: what is said of them is true, and said in the end.
#include <doctest/doctest.h>
#include <pthread.h>

#include "everything.h"
#include "run_limits.h"

using namespace gdl;
using nlohmann::json;

namespace {

const std::string kHead = "guideline g \"The title\"\n  language 1\n  version 1.2.0\n";
const std::string kActions = "action x \"X\"\naction y \"Y\"\n";

test::Result explain(const std::string& body, const std::string& input, std::uint64_t steps = 0) {
  driver::Compilation c = test::load(kHead + body);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  return test::Program(c).eval(
      input, {sizeof(gdlrt_eval_options), nullptr, nullptr, steps, 1, nullptr, 0, nullptr});
}

/// f0 to f(count - 1), each with what `of` says behind its name.
template <class Of>
std::string each(int count, const std::string& between, Of&& of) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? between : "") + of("f" + std::to_string(i));
  return out;
}

}  // namespace

TEST_CASE("as many facts force advice as there are, up to 64") {
  for (int count : {1, 5, 63, 64}) {
    CAPTURE(count);
    std::string facts = each(count, "", [](auto f) { return "fact " + f + " : yes | no\n"; });
    std::string all = each(count, " and ", [](auto f) { return f; });
    std::string given = each(count, ",", [](auto f) { return "\"" + f + "\":true"; });
    test::Result r =
        explain(facts + kActions + "decision d \"D\"\nrule r \"R\" when " + all + " recommend x\n",
                "{" + given + "}");
    REQUIRE(r.status == GDLRT_OK);
    const json& offer = r.answer["decisions"][0]["offers"][0];
    CHECK(offer["status"] == "certain");
    CHECK(offer["because"].size() == static_cast<std::size_t>(count));
  }
}

TEST_CASE(
    "what is assumed of more sets than there are variables is explained as far as can be told") {
  std::string facts;
  for (int i = 0; i < 20; ++i) {
    std::string n = std::to_string(i);
    std::string elements = each(64, " | ", [&](auto f) { return f + "x" + n; });
    facts += "fact s" + n + " : set of " + elements + " default {f1x" + n + "}\n";
  }
  std::string rules = "decision d \"D\"\n";
  for (int i = 0; i < 20; ++i) {
    std::string n = std::to_string(i);
    rules += "rule r" + n + " \"R\" when not (s" + n + " includes f0x" + n + ") recommend x\n";
  }
  test::Result r = explain(facts + kActions + rules, "{}");
  REQUIRE(r.status == GDLRT_OK);
  CHECK(r.answer["decisions"][0]["offers"][0]["status"] == "assumed");
  CHECK(r.answer["assumed"].size() == 20);
}

TEST_CASE("the steps of an answer bound the walks over long lists, too") {
  std::string facts =
      each(70, "", [](const std::string& f) { return "fact " + f + " : yes | no\n"; });
  std::string given = each(70, ",", [](const std::string& f) { return "\"" + f + "\":true"; });
  std::string rule = "decision d \"D\"\nrule r \"R\" when at least 35 of (" +
                     each(70, ", ", [](const std::string& f) { return f; }) + ") recommend x\n";
  auto status = [&](std::uint64_t steps) {
    test::Result r = explain(facts + kActions + rule, "{" + given + "}", steps);
    REQUIRE(r.status == GDLRT_OK);
    return r.answer["decisions"][0]["offers"][0]["status"].get<std::string>();
  };
  CHECK(status(0) == "certain");
  CHECK(status(2) == "certain");
  CHECK(status(1) == "undecided");
}

TEST_CASE("a number that takes more digits than are written is a fraction in quotes") {
  emit::Image image = test::everything();
  bool found = false;
  for (gdlrt::NumberRow& n : image.numbers) {
    if (n.word[1] != 1 || n.word[9] != 2) continue;  // 1/2, the least amount
    n.word[9] = 0;
    n.word[14] = 1u << 27;
    found = true;
  }
  REQUIRE(found);
  test::Program p(emit::encode(image));
  REQUIRE(p.status() == GDLRT_OK);
  test::Result r = p.eval(R"({"fever":true,"age":30})");
  REQUIRE(r.status == GDLRT_OK);
  std::string text = r.answer.dump();
  CHECK(text.find("\"1/196159429230833773869868419475239575503198607639501078528\"") !=
        std::string::npos);
}

TEST_CASE("an answer ends at its limit: texts that many rows share are not counted as steps") {
  emit::Image image = test::everything();
  const auto title = static_cast<std::uint32_t>(image.texts.size());
  constexpr std::size_t kTitle = 262144;
  image.texts.insert(image.texts.end(), kTitle, 'x');
  image.texts.push_back(0);
  gdlrt::DecisionRow d = image.decisions.front();
  d.title = title;
  d.rule_count = d.say_count = 0;
  const std::size_t more = static_cast<std::size_t>(gdlrt::limits::answer_bytes) / kTitle + 1;
  image.decisions.insert(image.decisions.end(), more, d);
  test::Program p(emit::encode(image));
  REQUIRE(p.status() == GDLRT_OK);
  std::size_t written = 0;
  auto count = [](void* context, const char*, size_t size) {
    *static_cast<std::size_t*>(context) += size;
    return 0;
  };
  CHECK(gdlrt_evaluate_json(p.get(), "{}", 2, nullptr, count, &written, nullptr, nullptr) ==
        GDLRT_NO_MEMORY);
  CHECK(written <= static_cast<std::size_t>(gdlrt::limits::answer_bytes));
  CHECK(written > static_cast<std::size_t>(gdlrt::limits::answer_bytes) - 2048);
}

TEST_CASE(
    "256 KiB of stack do for as many open variables as there may be, as docs/bytecode.md says") {
  std::string facts = each(1000, "", [](auto f) { return "fact " + f + " : yes | no\n"; });
  std::string any;
  for (int i = 0; i + 1 < 1000; i += 2) {
    any += (i > 0 ? " or " : "") + ("(f" + std::to_string(i)) + " and not f" +
           std::to_string(i + 1) + ")";
  }
  driver::Compilation c =
      test::load(kHead + facts + kActions + "decision d \"D\"\nrule r \"R\" when " + any +
                 " recommend x\nrule s \"S\" when not (" + any + ") recommend y\n");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(c);
  struct Work {
    const test::Program& p;
    test::Result result;
  } work{p, {}};
  pthread_attr_t with;
  REQUIRE(pthread_attr_init(&with) == 0);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::size_t kStack = std::size_t{4} << 20;  // their frames are larger
#else
  constexpr std::size_t kStack = 262144;
#endif
  REQUIRE(pthread_attr_setstacksize(&with, kStack) == 0);
  pthread_t thread{};
  REQUIRE(pthread_create(
              &thread, &with,
              [](void* context) -> void* {
                auto& w = *static_cast<Work*>(context);
                w.result = w.p.eval("{}", {sizeof(gdlrt_eval_options), nullptr, nullptr,
                                           400'000'000, 1, nullptr, 0, nullptr});
                return nullptr;
              },
              &work) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  REQUIRE(work.result.status == GDLRT_OK);
  CHECK(work.result.answer["decisions"][0]["offers"].size() == 2);
}

TEST_CASE("a caller's name that is no text makes no line of JSON that is none") {
  test::Program p(driver::build(test::load(test::kEverything), {}));
  std::string problems;
  gdlrt_case_options with{sizeof with, nullptr, test::append, &problems};
  gdlrt_case* c = nullptr;
  REQUIRE(gdlrt_case_make(p.get(), &with, &c) == GDLRT_OK);
  CHECK(gdlrt_case_fact(c, "a\xff\xc3(\xe2\x82") == GDLRT_NONE);
  REQUIRE(json::accept(problems));
  CHECK(json::parse(problems)["message"].get<std::string>().find("`a\uFFFD\uFFFD(\uFFFD\uFFFD`") !=
        std::string::npos);
  gdlrt_case_free(c);
}
