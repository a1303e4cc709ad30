// Long chains and many rules: no stack runs out, limits are met with a diagnostic, and one cause is one error.
#include "guideline.h"
#include "support/limits.h"

using namespace gdl::test;

namespace {

const std::string kFact = "fact p \"P\" : yes | no\n";
constexpr int kLong = 30000;

std::string n(int i) { return std::to_string(i); }

/// define c0 when p, c1 when c0, ...
std::string chain(int length) {
  std::string out = "define c0 \"C\" when p\n";
  for (int i = 1; i < length; ++i) out += "define c" + n(i) + " \"C\" when c" + n(i - 1) + "\n";
  return out;
}
std::string rule(const std::string& condition) {
  return "action x \"X\" decision d \"D\" rule r \"R\" when " + condition + " recommend x\n";
}

}  // namespace

TEST_CASE("the depth of conditions has a limit, definitions expanded") {
  const int most = static_cast<int>(gdl::limits::condition_depth);
  CHECK(found(kFact + chain(most) + rule("p")) == "");
  CHECK(found(kFact + chain(most + 1) + rule("p")) == "too-many at `c" + n(most) + "`");
  const std::string last = "c" + n(most - 1);
  CHECK(found(kFact + chain(most) + rule("c" + n(most - 2))) == "");
  CHECK(found(kFact + chain(most) + rule(last)) == "too-many at `" + last + "`");
  CHECK(found(kFact + chain(most) + rule("p") + "impossible when " + last) ==
        "too-many at `" + last + "`");
  // A condition that is as deep as can be still has a meaning.
  Guideline g(kFact + chain(most) + rule("c" + n(most - 2)));
  CHECK(g.stands("d.r", {{"p", "yes"}}));
  CHECK_FALSE(g.stands("d.r", {}));
}

TEST_CASE("so does the depth of scores") {
  std::string text = kFact + "score s0 \"S\" 0 points when p\n";
  for (int i = 1; i < 1100; ++i)  // each twice: the sum has 2^1099 parts, the work has not
    text += "score s" + n(i) + " \"S\" plus s" + n(i - 1) + " plus s" + n(i - 1) + "\n";
  CHECK(found(text + rule("p")) == "too-many at `s1024`");
  CHECK(found(kFact + "score a \"A\" 600000 points when p\nscore b \"B\" plus a plus a\n" +
              rule("b > 7")) == "too-many at `b`");
}

TEST_CASE("long chains of definitions, in either order, are one error") {
  std::string up = kFact, down = kFact;
  for (int i = 0; i < kLong; ++i) {
    up += "define c" + n(i) + " \"C\" when " + (i == 0 ? "p" : "c" + n(i - 1)) + "\n";
    down += "define c" + n(i) + " \"C\" when " + (i + 1 == kLong ? "p" : "c" + n(i + 1)) + "\n";
  }
  CHECK(found(up + rule("p")) == "too-many at `c1024`");
  CHECK(found(down + rule("p")) == "too-many at `c" + n(kLong - 1025) + "`");
}

TEST_CASE("a long circle of definitions is one error, and is not written out") {
  std::string text = kFact;
  for (int i = 0; i < kLong; ++i)
    text += "define c" + n(i) + " \"C\" when c" + n((i + 1) % kLong) + "\n";
  gdl::driver::Compilation c = load(kHeader + text + rule("c7"));
  CHECK(list(c) == "cycle at `c0`");
  CHECK(c.sink.items()[0].message.size() < 300);
}

TEST_CASE("long chains of actions, in either order") {
  for (bool down : {false, true}) {
    std::string text;
    for (int i = 0; i < kLong; ++i) {
      const bool leaf = i == (down ? kLong - 1 : 0);
      text += "action a" + n(i) + " \"A\"" + (leaf ? "" : " = a" + n(down ? i + 1 : i - 1)) + "\n";
    }
    Guideline g(text + "decision d \"D\" rule r \"R\" recommend a" + n(down ? 0 : kLong - 1));
    CHECK(g.advice() == "d.r recommend a" + n(down ? kLong - 1 : 0));
  }
}

TEST_CASE("long chains and circles of overrides") {
  std::string text = kFact + "action x \"X\" decision d \"D\"\n";
  for (int i = 0; i < kLong; ++i) {
    text += "rule r" + n(i) + " \"R\" recommend x" +
            (i + 1 < kLong ? " overrides r" + n(i + 1) + "\n" : "");
  }
  Guideline g(text);
  CHECK(g.model().rules[g.rule("d.r1")].overridden_by.size() == 1);
  const std::vector<gdl::sema::RuleId> order = gdl::sema::override_order(g.model());
  CHECK(order.size() == kLong);
  CHECK(order.front() == g.rule("d.r0"));
  gdl::driver::Compilation c = load(kHeader + text + " overrides r0");
  CHECK(list(c) == "cycle at `rule r0`");
  CHECK(c.sink.items()[0].message.size() < 300);
}

TEST_CASE("many names that are not declared: the first hundred get a hint") {
  std::string text = kFact + "define pregnant \"P\" when p\naction x \"X\" decision d \"D\"\n";
  for (int i = 0; i < 150; ++i)
    text += "rule r" + n(i) + " \"R\" when pregnnt" + n(i) + " recommend x\n";
  gdl::driver::Compilation c = load(kHeader + text);
  std::size_t hints = 0;
  for (const gdl::diag::Diagnostic& d : c.sink.items()) {
    hints += d.help.rfind("did you mean", 0) == 0 ? 1 : 0;
  }
  CHECK(c.sink.items().size() == 150);
  CHECK(hints == static_cast<std::size_t>(gdl::limits::suggestions));
}

TEST_CASE("a name that is not declared is one error, however often it is used") {
  std::string text = kFact + "action x \"X\" decision d \"D\"\n";
  for (int i = 0; i < 50; ++i) {
    text += "rule r" + n(i) + " \"R\" when pregnant and other recommend x\n";
  }
  gdl::driver::Compilation c = load(kHeader + text);
  CHECK(list(c) == "unknown-name at `pregnant`\nunknown-name at `other`");
  for (const gdl::diag::Diagnostic& d : c.sink.items()) {
    CHECK(d.related.size() == 7);  // and the first: eight are shown
    CHECK(d.notes.size() == 1);
  }
}

TEST_CASE("one override of everything without a reason is one error, however many it sets aside") {
  std::string text = kFact + "action x \"X\" action y \"Y\" decision d \"D\"\n";
  for (int i = 0; i < 50; ++i) text += "rule r" + n(i) + " \"R\" recommend x avoid y\n";
  CHECK(found(text + "rule a \"A\" when p recommend y overrides all") ==
        "missing-reason at `rule a`");
}
