// Each thing that the verifier refuses, by a program in which just that is broken. The list of refusals is
// read from the verifier's own source: one without a row here fails the test.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "everything.h"

using namespace gdl;
using emit::Image;
using gdlrt::kNone;
using gdlrt::Op;

namespace {

constexpr std::uint32_t kFar = 0x00ffffff;

struct Break {
  const char* message;
  std::function<void(Image&)> what;
  bool strip = false;
};

/// The row of the fact, or of the first node with the operation.
gdlrt::FactRow& fact(Image& i, const char* name) {
  for (gdlrt::FactRow& f : i.facts) {
    if (std::string(reinterpret_cast<const char*>(&i.names[f.name])) == name) return f;
  }
  FAIL("no such fact");
  return i.facts[0];
}
gdlrt::NodeRow& node(Image& i, Op op) {
  for (gdlrt::NodeRow& n : i.nodes) {
    if (n.op == static_cast<std::uint32_t>(op)) return n;
  }
  FAIL("no such node");
  return i.nodes[0];
}
gdlrt::DirectiveRow& directive(Image& i, gdlrt::Verb verb) {
  for (gdlrt::DirectiveRow& d : i.directives) {
    if (d.verb == static_cast<std::uint32_t>(verb)) return d;
  }
  FAIL("no such directive");
  return i.directives[0];
}
gdlrt::ParamRow& numeric_param(Image& i) {
  for (gdlrt::ParamRow& q : i.params) {
    if (q.kind == static_cast<std::uint32_t>(gdlrt::FactKind::decimal)) return q;
  }
  FAIL("no such parameter");
  return i.params[0];
}

const std::vector<Break>& breaks() {
  using V = gdlrt::Verb;
  static const std::vector<Break> all = {
      {"the program has flags that this version does not know", [](Image& i) { i.flags = 8; }},
      {"a pool of texts does not end", [](Image& i) { i.names.back() = 'x'; }},
      {"a pool of texts does not end", [](Image& i) { i.names.clear(); }},
      {"a pool of texts does not end", [](Image& i) { i.texts[0] = 'x'; }},
      {"a text is not UTF-8", [](Image& i) { i.names[2] = 0xff; }},
      {"a text is not UTF-8", [](Image& i) { i.texts[2] = 0xed; }},
      {"a number is not in its lowest terms", [](Image& i) { i.numbers[0].word[17] = 1; }},
      {"a number is not in its lowest terms", [](Image& i) { i.numbers[0].word[9] = 0; }},
      {"a number is not in its lowest terms",
       [](Image& i) { i.numbers[0].word[1] = i.numbers[0].word[9] = 6; }},
      {"a number is not in its lowest terms", [](Image& i) { i.numbers[0].word[0] = 2; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].name = kFar; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].name += 1; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].label = kFar; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].flags |= 64; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].enum_first = 1; }},
      {"a fact is out of bounds", [](Image& i) { i.facts[0].enum_count = kFar; }},
      {"a numeric fact is not sound", [](Image& i) { fact(i, "age").classes = 0; }},
      {"a numeric fact is not sound", [](Image& i) { fact(i, "age").cut_first += 1; }},
      {"a numeric fact is not sound", [](Image& i) { fact(i, "age").lo = kFar; }},
      {"a numeric fact is not sound", [](Image& i) { fact(i, "age").unit = i.facts[0].name; }},
      {"a numeric fact is not sound",
       [](Image& i) {
         fact(i, "weight").unit = static_cast<std::uint32_t>(i.names.size());
         i.names.insert(i.names.end(), 2000, '1');
         i.names.push_back(0);
       }},
      {"the range of a fact is not sound",
       [](Image& i) { std::swap(fact(i, "age").lo, fact(i, "age").hi); }},
      {"the range of a fact is not sound",
       [](Image& i) { fact(i, "age").hi = fact(i, "weight").default_number; }},
      {"a cut is out of bounds", [](Image& i) { i.cuts[0].number = kFar; }},
      {"a cut is out of bounds", [](Image& i) { i.cuts[0].after = 2; }},
      {"a cut of whole numbers lies between them",
       [](Image& i) { i.cuts[fact(i, "age").cut_first].after = 1; }},
      {"the cuts of a fact do not ascend",
       [](Image& i) {
         std::swap(i.cuts[fact(i, "weight").cut_first], i.cuts[fact(i, "weight").cut_first + 1]);
       }},
      {"a cut lies outside the range",
       [](Image& i) {
         gdlrt::FactRow& f = fact(i, "weight");
         f.hi = i.cuts[f.cut_first + f.cut_count - 1].number;
       }},
      {"a default is not sound", [](Image& i) { fact(i, "age").default_class += 1; }},
      {"a default is not sound", [](Image& i) { fact(i, "age").default_set[1] = 1; }},
      {"a default is not sound", [](Image& i) { fact(i, "fever").default_class = 1; }},
      {"a default is not sound", [](Image& i) { fact(i, "result").default_number = 0; }},
      {"a default is out of bounds", [](Image& i) { fact(i, "age").default_number = kFar; }},
      {"a default is out of bounds", [](Image& i) { fact(i, "severity").default_class = 3; }},
      {"a fact that is no number has a number's fields",
       [](Image& i) { fact(i, "fever").cut_count = 1; }},
      {"a fact that is no number has a number's fields", [](Image& i) { fact(i, "fever").lo = 0; }},
      {"an enumeration is not sound", [](Image& i) { fact(i, "fever").classes = 3; }},
      {"an enumeration is not sound", [](Image& i) { fact(i, "fever").flags |= gdlrt::kOrdered; }},
      {"a set is not sound", [](Image& i) { fact(i, "drugs").classes = 1; }},
      {"the default of a set is not sound", [](Image& i) { fact(i, "drugs").default_set[0] = 8; }},
      {"a fact is of an unknown kind", [](Image& i) { fact(i, "fever").kind = 9; }},
      {"a cut is of no fact", [](Image& i) { i.cuts.push_back(i.cuts[0]); }},
      {"an enumerator is out of bounds", [](Image& i) { i.enumerators[0].name = kFar; }},
      {"a parameter is out of bounds", [](Image& i) { i.params[0].enum_first = 0; }},
      {"a parameter is out of bounds", [](Image& i) { i.params[0].action = kFar; }},
      {"a parameter is out of bounds", [](Image& i) { i.params[0].classes = 0; }},
      {"a parameter is out of bounds", [](Image& i) { i.params[1].setting_first += 1; }},
      {"an enumerator is of no fact", [](Image& i) { i.enumerators.push_back(i.enumerators[0]); }},
      {"a condition has an unknown operation", [](Image& i) { i.nodes[0].op = 99; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::all).a = kFar; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::all).b = kFar; }},
      {"a condition is out of bounds",
       [](Image& i) {  // its own operand: a loop
         auto self = static_cast<std::uint32_t>(&node(i, Op::all) - i.nodes.data());
         i.operands[node(i, Op::all).a] = self;
       }},
      {"a condition is out of bounds",
       [](Image& i) {
         node(i, Op::negation).a =
             static_cast<std::uint32_t>(&node(i, Op::negation) - i.nodes.data());
       }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::value_in).a = kFar; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::value_in).b = kFar; }},
      {"a condition is out of bounds",
       [](Image& i) { i.masks[node(i, Op::value_in).b] |= std::uint64_t{1} << 63; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::set_has).b = 3; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::set_is).b = kFar; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::set_count).a = 0; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::known).a = kFar; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::score).c = kFar; }},
      {"a condition is out of bounds", [](Image& i) { node(i, Op::score).b = 0x80000001u; }},
      {"a condition is out of bounds", [](Image& i) { i.operands[node(i, Op::score).a] = kFar; }},
      {"a condition asks whether a fact is known that is not marked so",
       [](Image& i) { fact(i, "result").flags &= ~std::uint32_t{gdlrt::kKnownnessTested}; }},
      {"a condition reads a fact that is not marked so",
       [](Image& i) { fact(i, "drugs").flags &= ~std::uint32_t{gdlrt::kUsed}; }},
      {"the program would take too many steps",
       [](Image& i) {
         auto first = static_cast<std::uint32_t>(i.operands.size());
         i.operands.insert(i.operands.end(), 70'000, 0);
         i.nodes.insert(i.nodes.end(), 20'000,
                        {static_cast<std::uint32_t>(Op::any), first, 70'000, 0});
       }},
      {"the program would take too many steps",
       [](Image& i) {
         auto first = static_cast<std::uint32_t>(i.operands.size());
         for (std::uint32_t k = 0; k < 70'000; ++k) {
           i.operands.push_back(0);
           i.operands.push_back(1);
         }
         i.nodes.insert(i.nodes.end(), 20'000,
                        {static_cast<std::uint32_t>(Op::score), first, 70'000, first});
       }},
      {"the program would take too many steps",
       [](Image& i) {  // many ways, each banned by many, in many recommendations
         auto first = static_cast<std::uint32_t>(i.operands.size());
         i.operands.insert(i.operands.end(), 30'000, 0);
         i.ways[0].ban_first = first;
         i.ways[0].ban_count = 30'000;
         directive(i, V::recommend).way_first = first;
         directive(i, V::recommend).way_count = 30'000;
       }},
      {"a constraint is out of bounds", [](Image& i) { i.impossibles[0].node = kFar; }},
      {"a constraint is out of bounds", [](Image& i) { i.impossibles[0].condition = kFar; }},
      {"a setting is of another parameter", [](Image& i) { i.param_uses[0].param = 2; }},
      {"a parameter is not sound", [](Image& i) { i.params[0].classes = 3; }},
      {"a parameter is not sound", [](Image& i) { numeric_param(i).interval_first = kFar; }},
      {"a parameter is of an unknown kind", [](Image& i) { i.params[0].kind = 0; }},
      {"an interval is of no parameter", [](Image& i) { i.intervals.push_back(i.intervals[0]); }},
      {"an interval is not sound",
       [](Image& i) { std::swap(i.intervals.back().lo, i.intervals.back().hi); }},
      {"an interval is not sound", [](Image& i) { i.intervals[0].flags = 4; }},
      {"a use of a parameter is out of bounds", [](Image& i) { i.param_uses[0].rule = kFar; }},
      {"a use of a parameter is out of bounds", [](Image& i) { i.param_uses[0].mask = kFar; }},
      {"an action is out of bounds", [](Image& i) { i.actions[0].name = kFar; }},
      {"a way is out of bounds", [](Image& i) { i.ways[0].leaf_count = 0; }},
      {"a way is out of bounds", [](Image& i) { i.ways[0].ban_count = kFar; }},
      {"a way is out of bounds",
       [](Image& i) {
         for (gdlrt::WayRow& w : i.ways) w.param_ban_count = kFar;
       }},
      {"a use of a parameter is of no way",
       [](Image& i) { i.param_uses.push_back(i.param_uses.back()); }},
      {"there is no guideline", [](Image& i) { i.guideline.clear(); }},
      {"the guideline's header is out of bounds", [](Image& i) { i.guideline[0].title = kFar; }},
      {"a decision is out of bounds", [](Image& i) { i.decisions[0].domain = kFar; }},
      {"a decision is out of bounds", [](Image& i) { i.decisions[0].choose = 4; }},
      {"a decision is out of bounds", [](Image& i) { i.decisions[0].rule_count = kFar; }},
      {"a rule is of another decision", [](Image& i) { i.rules[0].decision = 1; }},
      {"the rules of a decision are not in order",
       [](Image& i) {
         auto first = static_cast<std::uint32_t>(i.operands.size());
         i.operands.insert(i.operands.end(), {1, 0});
         i.decisions[0].rule_first = first;
         i.decisions[0].rule_count = 2;
       }},
      {"the decisions' rules are not all rules", [](Image& i) { --i.decisions[0].rule_count; }},
      {"a rule is out of bounds", [](Image& i) { i.rules[0].applies = kFar; }},
      {"a rule is out of bounds", [](Image& i) { i.rules[0].strength = kFar; }},
      {"a rule is out of bounds", [](Image& i) { i.rules[0].yields_count = kFar; }},
      {"a directive is out of bounds", [](Image& i) { i.directives[0].verb = 7; }},
      {"a directive is out of bounds", [](Image& i) { i.directives[0].way_first = kFar; }},
      {"a recommendation has no way", [](Image& i) { directive(i, V::recommend).way_count = 0; }},
      {"the directives are not in the order of the rules",
       [](Image& i) { i.rules[1].directive_first = 0; }},
      {"the flags of a rule are not those of its directives",
       [](Image& i) { i.rules[0].flags = 0; }},
      {"a safety rule recommends",
       [](Image& i) {
         --i.decisions[1].rule_count;
         i.rules[6].decision = kNone;
       }},
      {"a directive is of no rule", [](Image& i) { i.directives.push_back(i.directives.back()); }},
      {"an exclusion is out of bounds", [](Image& i) { i.exclusives[0].first_count = kFar; }},
      {"an accept is out of bounds", [](Image& i) { i.accepts[0].kind = 6; }},
      {"an accept is out of bounds", [](Image& i) { i.accepts[1].second = kNone; }},
      {"the order of the rules is not whole", [](Image& i) { i.rule_order.pop_back(); }},
      {"the order of the rules is wrong", [](Image& i) { i.rule_order[0] = i.rule_order[1]; }},
      {"the order of the rules is wrong",
       [](Image& i) { std::reverse(i.rule_order.begin(), i.rule_order.end()); }},
      {"a stripped program has texts", [](Image& i) { i.references.push_back({0, 0, 0, 0, 0}); },
       true},
      {"a stripped program has texts", [](Image& i) { i.actions[0].say_count = 1; }, true},
      {"a stripped program has texts", [](Image& i) { i.decisions[0].say_count = 1; }, true},
      {"a stripped program has places", [](Image& i) { i.impossibles[0].span = 0; }, true},
      {"the texts of the rules are not whole", [](Image& i) { i.rule_texts.pop_back(); }},
      {"the texts of an action are out of bounds", [](Image& i) { i.actions[0].say_count = kFar; }},
      {"the texts of a decision are out of bounds", [](Image& i) { i.decisions[0].say_first = 0; }},
      {"a place is out of bounds", [](Image& i) { i.impossibles[0].span = kNone; }},
      {"a place is out of bounds", [](Image& i) { i.spans[0].file = kFar; }},
      {"the texts of a rule are out of bounds",
       [](Image& i) { i.rule_texts[0].cite_count = kFar; }},
      {"the texts of a rule are out of bounds", [](Image& i) { i.rule_texts[0].span = 0; }},
      {"a text, a citation or a place is of nothing",
       [](Image& i) { i.spans.push_back(i.spans[0]); }},
      {"a reference is out of bounds", [](Image& i) { i.references[0].title = kFar; }},
      {"a citation is out of bounds", [](Image& i) { i.cites[0].reference = kFar; }},
      {"a text is out of bounds", [](Image& i) { i.says[0].text = kFar; }},
  };
  return all;
}

/// Every message that the source gives to `fail`, `bad` or `sound`.
std::set<std::string> messages_of(const char* path) {
  std::ifstream in(std::string(GDL_SOURCE_DIR) + path);
  std::stringstream text;
  text << in.rdbuf();
  std::string source = text.str();
  std::set<std::string> out;
  std::regex call(R"re((?:fail\(|bad\(|sound\(ok,)\s*"([^"]+)"\))re");
  for (std::sregex_iterator i(source.begin(), source.end(), call), end; i != end; ++i) {
    out.insert((*i)[1]);
  }
  return out;
}

}  // namespace

TEST_CASE("a program with one thing broken is refused, and the reason is that thing") {
  REQUIRE(test::refusal(emit::encode(test::everything())) == "");
  REQUIRE(test::refusal(emit::encode(test::everything(true))) == "");
  std::set<std::string> seen;
  const Image whole = test::everything();
  const Image stripped = test::everything(true);
  for (const Break& b : breaks()) {
    CAPTURE(b.message);
    CAPTURE(&b - breaks().data());
    Image image = b.strip ? stripped : whole;
    b.what(image);
    CHECK(test::refusal(emit::encode(image)) == b.message);
    seen.insert(b.message);
  }
  // These are tried byte by byte in loading.cpp.
  seen.insert("the program's table of sections is wrong");
  seen.insert("the program has bytes outside its sections");
  std::set<std::string> all = messages_of("/runtime/src/verify.cpp");
  CHECK(all.size() > 50);
  for (const std::string& message : messages_of("/runtime/src/load.cpp")) all.insert(message);
  for (const std::string& message : all) {
    CAPTURE(message);
    CHECK(seen.count(message) == 1);
  }
}
