// `verify` against brute force: it proves what was built, and never calls a changed program proved that answers some
// patient in another way.
#include <doctest/doctest.h>

#include <cstring>

#include "cases.h"
#include "driver/verify.h"
#include "generate.h"
#include "patients.h"
#include "program.h"
#include "repository.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string findings(const driver::Compilation& c, const driver::Verification& v) {
  std::string out = v.refused;
  for (const diag::Diagnostic& d : v.sink.sorted())
    out += diag::render_text(c.sources, d, {}) + "\n";
  return out;
}

bool internal_error(const driver::Verification& v) {
  for (const diag::Diagnostic& d : v.sink.items()) {
    if (d.code == diag::Code::internal_error) return true;
  }
  return false;
}

bool has_witness(const driver::Verification& v) {
  for (const diag::Diagnostic& d : v.sink.items()) {
    if (d.witness.has_value()) return true;
  }
  return false;
}

/// One word of one row of a section that is no text becomes another; false if nothing was changed.
class Mutation {
 public:
  Mutation(emit::Image& image, test::Random& random) : r_(random) {
#define GDLRT_SECTION(number, id, Row, kind)                                                 \
  tables_.push_back({#id, reinterpret_cast<std::uint8_t*>(image.id.data()), image.id.size(), \
                     sizeof(gdlrt::Row)});
#include "gdlrt/sections.def"
  }

  bool make() {
    Table& t = tables_[r_.below(tables_.size())];
    // Half of the changes strike conditions, which are what is hard to compare.
    if (r_.one_in(2)) {
      const char* const conditions[] = {"nodes", "operands", "masks", "cuts", "numbers"};
      const std::string wanted = conditions[r_.below(5)];
      for (Table& one : tables_) {
        if (one.name == wanted) return make(one);
      }
    }
    return make(t);
  }

 private:
  struct Table {
    std::string name;
    std::uint8_t* data;
    std::size_t count, row;
  };

  bool make(Table& t) {
    if (t.count == 0) return false;
    if (t.row == 1) {  // a letter of a text
      std::uint8_t& byte = t.data[r_.below(t.count)];
      if (byte == 0) return false;
      const std::uint8_t old = byte;
      byte = static_cast<std::uint8_t>('a' + r_.below(26));
      return byte != old;
    }
    std::uint8_t* row = t.data + r_.below(t.count) * t.row;
    std::uint8_t* other = t.data + r_.below(t.count) * t.row;
    if (t.row > 4 && r_.one_in(8)) {  // two rows change places
      if (std::memcmp(row, other, t.row) == 0) return false;
      std::vector<std::uint8_t> kept(row, row + t.row);
      std::memcpy(row, other, t.row);
      std::memcpy(other, kept.data(), t.row);
      return true;
    }
    const std::size_t at = 4 * r_.below(t.row / 4);
    std::uint32_t word = 0;
    std::uint32_t there = 0;
    std::memcpy(&word, row + at, 4);
    std::memcpy(&there, other + at, 4);
    const std::uint32_t old = word;
    switch (r_.below(5)) {
      case 0: ++word; break;
      case 1: --word; break;
      case 2: word ^= 1u << r_.below(6); break;
      case 3: word = there; break;
      default: word = static_cast<std::uint32_t>(r_.below(6)); break;
    }
    std::memcpy(row + at, &word, 4);
    return word != old;
  }

  std::vector<Table> tables_;
  test::Random& r_;
};

/// Cases that together show most of what a program says: many whole patients, and some open ones.
std::vector<std::string> cases_of(const Model& m, const space::Tables& tables,
                                  test::Random& random) {
  std::vector<std::string> out;
  test::Patients(tables).each(60, random, [&](const oracle::Patient& p) {
    std::string text;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      const FactId id(i);
      const Fact& f = m.facts[id];
      std::string value;
      const Value& v = p.values[id];
      switch (f.kind) {
        case FactKind::boolean: value = v.index == 1 ? "true" : "false"; break;
        case FactKind::enumeration: value = "\"" + f.enumerators[v.index].name + "\""; break;
        case FactKind::set:
          for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
            if (((v.set >> e) & 1u) == 0) continue;
            value += (value.empty() ? "\"" : ",\"") + f.enumerators[e].name + "\"";
          }
          value = "[" + value + "]";
          break;
        case FactKind::integer: value = test::show(v.number); break;
        case FactKind::decimal:
          // Also values that no threshold of the source names.
          value = random.one_in(3)
                      ? std::to_string(random.below(10)) + "." + std::to_string(random.below(100))
                      : test::show(v.number);
          break;
      }
      if (f.kind == FactKind::integer && random.one_in(3)) value = std::to_string(random.below(10));
      if (p.known[id] == 0 && random.one_in(2)) value = "null";
      text += (text.empty() ? "{\"" : ",\"") + f.name + "\":" + value;
    }
    out.push_back(text.empty() ? "{}" : text + "}");
  });
  test::Cases open(m, random);
  for (int i = 0; i < 12; ++i) out.push_back(open.one().text);
  return out;
}

/// All that a program says of a case, the hash of its source apart. Not why: of equally small reasons an answer names one,
/// and which one may hang on how a condition is written; nor, where there are several, by which of the constraints a
/// patient is excluded.
std::string said(const Model& m, const test::Program& program, const std::string& input) {
  test::Result r = program.eval(
      input, {sizeof(gdlrt_eval_options), nullptr, nullptr, 0, 0, nullptr, 0, nullptr});
  if (r.answer.is_object()) r.answer["guideline"].erase("source_hash");
  return std::to_string(r.status) + r.answer.dump() +
         (m.impossibles.size() < 2 ? r.messages() : "");
}

driver::Verification verified(const driver::Compilation& c, const Bytes& bytes,
                              bool strip = false) {
  driver::VerifyOptions options;
  options.built = emit::Options{strip, false};
  return driver::verify(c, bytes, options);
}

}  // namespace

TEST_CASE("what is built from the guidelines is proved") {
  test::each_guideline([](const std::string&, const driver::Compilation& c) {
    for (bool strip : {false, true}) {
      const driver::Verification v = verified(c, driver::build(c, {strip, false}), strip);
      CHECK_MESSAGE(v.proved(), findings(c, v));
      CHECK(v.conditions >= c.model->rules.size());
    }
    // As `gdlc verify` asks: the program is known by its hash to be of this text.
    const driver::Verification v = driver::verify(c, driver::build(c, {}), {});
    CHECK(v.proved());
    CHECK(v.same_source);
  });
}

TEST_CASE("what was built is proved") {
  const std::size_t count = test::fuzz_count(300);
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = test::Generator(test::fuzz_seed() + 7'000'000 + n, {6, 4, 3, 7}).run();
    CAPTURE(text);
    const driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    for (bool strip : {false, true}) {
      const driver::Verification v = verified(c, driver::build(c, {strip, false}), strip);
      CHECK_MESSAGE(v.proved(), findings(c, v));
      CHECK(v.left_out.empty() == !strip);
      CHECK(v.conditions == c.model->rules.size() + c.model->decisions.size() +
                                c.model->impossibles.size() + c.model->accepts.size());
      // Forms differ only where one of them knows more than the other: none does here.
      CHECK(v.by_form == v.conditions);
    }
  }
}

TEST_CASE("a changed program is never proved if it answers anybody in another way") {
  const std::size_t count = test::fuzz_count(200);
  std::size_t accepted = 0;
  std::size_t proved = 0;
  std::size_t with_patient = 0;
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = test::Generator(test::fuzz_seed() + 8'000'000 + n, {5, 3, 2, 5}).run();
    CAPTURE(text);
    const driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const emit::Image image = driver::lower(c, {});
    const test::Program program(emit::encode(image));
    const space::Tables tables(*c.model);
    test::Random random(n);
    const std::vector<std::string> cases = cases_of(*c.model, tables, random);
    std::vector<std::string> answers;
    for (int k = 0; k < 25; ++k) {
      CAPTURE(k);
      emit::Image changed = image;
      bool change = false;
      for (std::size_t times = 1 + random.below(2); times > 0; --times) {
        change = Mutation(changed, random).make() || change;
      }
      if (!change) continue;
      const Bytes bytes = emit::encode(changed);
      const test::Program other(bytes);
      const driver::Verification v = verified(c, bytes);
      REQUIRE(v.refused.empty() == (other.status() == GDLRT_OK));
      if (other.status() != GDLRT_OK) continue;
      ++accepted;
      CHECK_MESSAGE(!internal_error(v), findings(c, v));
      CHECK(v.undecided() == 0);
      with_patient += has_witness(v) ? 1 : 0;
      if (!v.proved()) continue;
      ++proved;
      if (answers.empty()) {
        for (const std::string& input : cases) answers.push_back(said(*c.model, program, input));
      }
      for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(cases[i]);
        CHECK(said(*c.model, other, cases[i]) == answers[i]);
      }
    }
  }
  // Enough of each kind was tried: what is refused, what is found, and what changes nothing.
  MESSAGE(accepted << " changed programs, " << proved << " proved all the same, " << with_patient
                   << " with a patient");
  CHECK(accepted > count * 4);
  CHECK(with_patient > accepted / 8);
  CHECK(proved < accepted / 2);
}

TEST_CASE("conditions that are written otherwise are proved as sets of patients") {
  const std::size_t count = test::fuzz_count(100);
  std::size_t as_sets = 0;
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = test::Generator(test::fuzz_seed() + 9'000'000 + n, {5, 3, 2, 5}).run();
    CAPTURE(text);
    const driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    emit::Image image = driver::lower(c, {});
    test::Random random(n);
    auto node = [&image](gdlrt::Op op, std::vector<std::uint32_t> operands) {
      const auto first = static_cast<std::uint32_t>(image.operands.size());
      image.operands.insert(image.operands.end(), operands.begin(), operands.end());
      image.nodes.push_back(
          {static_cast<std::uint32_t>(op), first, static_cast<std::uint32_t>(operands.size()), 0});
      return static_cast<std::uint32_t>(image.nodes.size() - 1);
    };
    // x becomes (x or y) and (x or not y), with y any other condition.
    const std::size_t before = image.nodes.size();
    auto rewritten = [&](std::uint32_t x) {
      const auto y = static_cast<std::uint32_t>(random.below(before));
      image.nodes.push_back({static_cast<std::uint32_t>(gdlrt::Op::negation), y, 0, 0});
      const auto no = static_cast<std::uint32_t>(image.nodes.size() - 1);
      const std::uint32_t with = node(gdlrt::Op::any, {x, y});
      const std::uint32_t without = node(gdlrt::Op::any, {x, no});
      return node(gdlrt::Op::all, {with, without});
    };
    for (gdlrt::RuleRow& r : image.rules) r.applies = rewritten(r.applies);
    for (gdlrt::DecisionRow& d : image.decisions) d.domain = rewritten(d.domain);
    for (gdlrt::ImpossibleRow& i : image.impossibles) i.node = rewritten(i.node);
    for (gdlrt::AcceptRow& a : image.accepts) a.node = rewritten(a.node);
    const driver::Verification v = verified(c, emit::encode(image));
    CHECK_MESSAGE(v.proved(), findings(c, v));
    as_sets += v.conditions - v.by_form;
  }
  CHECK(as_sets > count * 4);
}

TEST_CASE("what the effort does not decide is said, and not proved") {
  const driver::Compilation c = test::load(R"(guideline small "Small"
  language 1
  version 1.0.0
fact a "A" : yes | no
fact b "B" : yes | no
action x "X"
decision d "D" partial
rule r "R" when a recommend x
rule s "S" when b recommend x
)");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  emit::Image image = driver::lower(c, {});
  const auto last = static_cast<std::uint32_t>(image.nodes.size());
  const auto first = static_cast<std::uint32_t>(image.operands.size());
  // r: a, and (a or b)
  image.operands.insert(image.operands.end(), {image.rules[0].applies, image.rules[1].applies,
                                               image.rules[0].applies, last});
  image.nodes.push_back({static_cast<std::uint32_t>(gdlrt::Op::any), first, 2, 0});
  image.nodes.push_back({static_cast<std::uint32_t>(gdlrt::Op::all), first + 2, 2, 0});
  image.rules[0].applies = last + 1;
  const Bytes bytes = emit::encode(image);
  driver::VerifyOptions options;
  const driver::Verification enough = driver::verify(c, bytes, options);
  CHECK_MESSAGE(enough.proved(), findings(c, enough));
  CHECK(enough.by_form + 1 == enough.conditions);
  options.analysis.effort = 1;
  const driver::Verification little = driver::verify(c, bytes, options);
  CHECK(!little.proved());
  CHECK(little.differences() == 0);
  CHECK(little.undecided() == 1);
}
