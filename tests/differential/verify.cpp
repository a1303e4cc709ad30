// `verify` against brute force: it proves what was built, and never calls a changed program proved that answers some
// patient in another way.
#include <doctest/doctest.h>

#include <cstring>
#include <set>

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

  /// In this section.
  bool make(const std::string& section) {
    for (Table& one : tables_) {
      if (one.name == section) return make(one);
    }
    return false;
  }
  bool make() {
    Table& t = tables_[r_.below(tables_.size())];
    // Half of the changes strike conditions, which are what is hard to compare.
    if (r_.one_in(2)) {
      const char* const conditions[] = {"nodes", "operands", "masks", "cuts", "numbers"};
      return make(std::string(conditions[r_.below(5)]));
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

std::string value_text(const Fact& f, const Value& v) {
  std::string out;
  switch (f.kind) {
    case FactKind::boolean: return v.index == 1 ? "true" : "false";
    case FactKind::enumeration: return "\"" + f.enumerators[v.index].name + "\"";
    case FactKind::set:
      for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
        if (((v.set >> e) & 1u) == 0) continue;
        out += (out.empty() ? "\"" : ",\"") + f.enumerators[e].name + "\"";
      }
      return "[" + out + "]";
    case FactKind::integer:
    case FactKind::decimal: return test::show(v.number);
  }
  return out;
}

/// Cases that together show most of what a program says: many whole patients, and some open ones.
std::vector<std::string> cases_of(const Model& m, const space::Tables& tables,
                                  test::Random& random) {
  std::vector<std::string> out;
  test::Patients(tables).each(60, random, [&](const oracle::Patient& p) {
    std::string text;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      const FactId id(i);
      const Fact& f = m.facts[id];
      std::string value = value_text(f, p.values[id]);
      // Also values that no threshold of the source names.
      if (f.kind == FactKind::decimal && random.one_in(3)) {
        value = std::to_string(random.below(10)) + "." + std::to_string(random.below(100));
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

test::Result evaluate(const test::Program& program, const std::string& input) {
  return program.eval(input,
                      {sizeof(gdlrt_eval_options), nullptr, nullptr, 0, 0, nullptr, 0, nullptr});
}

/// All that a program says of a case, the hash of its source apart. Not why: of equally small reasons an answer names one,
/// and which one may hang on how a condition is written; nor, where there are several, by which of the constraints a
/// patient is excluded.
std::string said(const Model& m, const test::Program& program, const std::string& input) {
  test::Result r = evaluate(program, input);
  if (r.answer.is_object()) r.answer["guideline"].erase("source_hash");
  return std::to_string(r.status) + r.answer.dump() +
         (m.impossibles.size() < 2 ? r.messages() : "");
}

// What `verify` says of a row beside the row itself (compiler/driver/otherwise.cpp).
constexpr const char* kByTheProgram = "; by the program: ";
constexpr const char* kNobody = "no patient is advised otherwise: proved";
constexpr const char* kNotSettled = "not settled whether anybody";

bool notes(const diag::Diagnostic& d, const std::string& text) {
  for (const std::string& note : d.notes) {
    if (note.find(text) != std::string::npos) return true;
  }
  return false;
}

/// What an answer says of a decision, or of safety, without texts and what does not hang on advice alone.
nlohmann::json advice_of(const test::Result& r, const std::string& topic) {
  const auto shorn = [](auto&& self, nlohmann::json& j) -> void {
    if (j.is_object()) {
      for (const char* text : {"label", "title", "cite", "text", "reason", "ask", "accepted"}) {
        j.erase(text);
      }
    }
    for (auto& part : j) {
      if (part.is_structured()) self(self, part);
    }
  };
  if (!r.answer.is_object()) return {};
  for (nlohmann::json d : r.answer["decisions"]) {
    if (d["id"] != topic) continue;
    shorn(shorn, d);
    return d;
  }
  return {};
}

/// What a decision offers, and whether it does.
std::string offered(const test::Result& r, const std::string& decision) {
  nlohmann::json d = advice_of(r, decision);
  std::set<std::string> out = {d["applies"].dump(), "gap " + d["gap"].dump(),
                               "stranded " + d["stranded"].dump()};
  for (nlohmann::json& o : d["offers"]) {
    out.insert(nlohmann::json{o["verb"], o["way"], o["parameters"], o["status"]}.dump());
  }
  return nlohmann::json(out).dump();
}

/// Checks by the runtime that whom a finding shows is advised otherwise: some of those whom it names, whole. Gives how
/// many were asked about.
std::size_t check_shown(const diag::Diagnostic& d, const Model& m, const test::Program& program,
                        const test::Program& other, const space::Tables& tables,
                        test::Random& random) {
  std::string topic;
  for (const std::string& note : d.notes) {
    const std::string lead = "` for this patient: ";
    const std::size_t end = note.find(lead);
    if (note[0] == '`' && end != std::string::npos) topic = note.substr(1, end - 1);
  }
  if (topic.empty()) return 0;
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (m.rules[RuleId(i)].name == topic) topic = "safety";
  }
  nlohmann::json named = nlohmann::json::object();
  for (const diag::FactValue& f : *d.witness) named[f.fact] = nlohmann::json::parse(f.json);
  // Of somebody who has a fact unknown beside a value, no case can tell.
  for (const auto& value : named) {
    if (value.is_null()) return 0;
  }
  std::size_t asked = 0;
  test::Patients(tables).each(8, random, [&](const oracle::Patient& p) {
    nlohmann::json input = named;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      const Fact& f = m.facts[FactId(i)];
      // A number that has no decimal form is written as text.
      const nlohmann::json value =
          nlohmann::json::parse(value_text(f, p.values[FactId(i)]), nullptr, false);
      if (value.is_discarded()) continue;
      if (!input.contains(f.name)) input[f.name] = value;
      // A set of which the finding names some elements.
      for (const Enumerator& e : f.enumerators) {
        if (f.kind != FactKind::set || !input[f.name].is_object()) break;
        if (input[f.name].contains(e.name)) continue;
        input[f.name][e.name] = std::find(value.begin(), value.end(), e.name) != value.end();
      }
    }
    const test::Result a = evaluate(program, input.dump());
    const test::Result b = evaluate(other, input.dump());
    if (a.status != GDLRT_OK || b.status != GDLRT_OK) return;  // a constraint excludes them
    ++asked;
    CAPTURE(input.dump());
    CAPTURE(diag::info(d.code).name);
    CAPTURE(d.message);
    CHECK(advice_of(a, topic) != advice_of(b, topic));
  });
  return asked;
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

namespace {

/// A guideline, its program, and cases to ask both about.
struct Subject {
  Subject(const std::string& text, test::Random& random)
      : c(loaded(text)),
        image(driver::lower(c, {})),
        program(emit::encode(image)),
        tables(*c.model),
        cases(cases_of(*c.model, tables, random)) {}
  static driver::Compilation loaded(const std::string& text) {
    driver::Compilation out = test::load(text);
    REQUIRE_MESSAGE(!out.type_errors, test::messages(out));
    return out;
  }
  driver::Compilation c;
  emit::Image image;
  test::Program program;
  space::Tables tables;
  std::vector<std::string> cases;
};

}  // namespace

TEST_CASE("a changed program is never proved if it answers anybody in another way") {
  const std::size_t count = test::fuzz_count(200);
  std::size_t accepted = 0;
  std::size_t proved = 0;
  std::size_t with_patient = 0;
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = test::Generator(test::fuzz_seed() + 8'000'000 + n, {5, 3, 2, 5}).run();
    CAPTURE(text);
    test::Random random(n);
    const Subject subject(text, random);
    const driver::Compilation& c = subject.c;
    const emit::Image& image = subject.image;
    const test::Program& program = subject.program;
    const std::vector<std::string>& cases = subject.cases;
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

TEST_CASE("whoever is shown of a row is advised otherwise, and where nobody is, nobody is") {
  const std::size_t count = test::fuzz_count(200);
  std::size_t rows = 0;
  std::size_t shown = 0;
  std::size_t asked = 0;
  std::size_t nobody = 0;
  std::size_t same = 0;
  std::size_t open = 0;
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = test::Generator(test::fuzz_seed() + 8'500'000 + n, {5, 3, 2, 5}).run();
    CAPTURE(text);
    test::Random random(n);
    const Subject subject(text, random);
    const driver::Compilation& c = subject.c;
    const emit::Image& image = subject.image;
    const test::Program& program = subject.program;
    const std::vector<std::string>& cases = subject.cases;
    for (int k = 0; k < 25; ++k) {
      CAPTURE(k);
      emit::Image changed = image;
      const std::vector<std::string> sections = {"ways",       "params",   "param_uses",
                                                 "decisions",  "rules",    "directives",
                                                 "exclusives", "operands", "intervals"};
      if (!Mutation(changed, random).make(sections[random.below(sections.size())])) continue;
      const test::Program other(emit::encode(changed));
      if (other.status() != GDLRT_OK) continue;
      const driver::Verification v = verified(c, emit::encode(changed));
      CHECK_MESSAGE(!internal_error(v), findings(c, v));
      bool all_same = !v.proved() && v.left_out.empty();
      for (const diag::Diagnostic& d : v.sink.items()) {
        CAPTURE(findings(c, v));
        const bool patient = notes(d, kByTheProgram);
        const bool none = notes(d, kNobody);
        const bool not_settled = notes(d, kNotSettled);
        CHECK(patient + none + not_settled <= 1);
        CHECK((!patient || d.witness.has_value()));
        all_same = all_same && none;
        rows += patient || none || not_settled ? 1 : 0;
        nobody += none ? 1 : 0;
        open += not_settled ? 1 : 0;
        if (!patient) continue;
        ++shown;
        // Where a condition differs, what is answered is told of one of those whom it names.
        if (notes(d, "source: the rule ") || notes(d, "source: it ")) continue;
        asked += check_shown(d, *c.model, program, other, subject.tables, random);
      }
      if (!all_same) continue;
      ++same;
      for (const std::string& input : cases) {
        CAPTURE(input);
        CAPTURE(findings(c, v));
        const test::Result a = evaluate(program, input);
        const test::Result b = evaluate(other, input);
        REQUIRE(a.status == b.status);
        if (a.status != GDLRT_OK) continue;
        for (std::size_t i = 0; i < c.model->decisions.size(); ++i) {
          const std::string& name = c.model->decisions[DecisionId(i)].name;
          CHECK(offered(a, name) == offered(b, name));
        }
      }
    }
  }
  MESSAGE(rows << " rows, " << shown << " with a patient, " << asked << " patients asked, "
               << nobody << " of which nobody is advised otherwise, " << same
               << " programs with the same answers, " << open << " not settled");
  CHECK(shown > count * 3);
  CHECK(asked > shown);
  CHECK(nobody > count / 8);
  CHECK(open < rows / 50 + 1);
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
    auto by_values = [](const gdlrt::NodeRow& row) {
      const auto op = static_cast<gdlrt::Op>(row.op);
      return op == gdlrt::Op::value_in || op == gdlrt::Op::set_has || op == gdlrt::Op::set_is;
    };
    // x becomes (x or y) and (x or not y), with y any other condition; of a constraint one that reads a value, for a
    // constraint may not ask what is known.
    const std::size_t before = image.nodes.size();
    auto rewritten = [&](std::uint32_t x, bool by_value = false) {
      auto y = static_cast<std::uint32_t>(random.below(before));
      for (std::size_t k = 0; by_value && k <= before && !by_values(image.nodes[y]); ++k)
        y = k < before ? static_cast<std::uint32_t>(k) : x;
      image.nodes.push_back({static_cast<std::uint32_t>(gdlrt::Op::negation), y, 0, 0});
      const auto no = static_cast<std::uint32_t>(image.nodes.size() - 1);
      const std::uint32_t with = node(gdlrt::Op::any, {x, y});
      const std::uint32_t without = node(gdlrt::Op::any, {x, no});
      return node(gdlrt::Op::all, {with, without});
    };
    for (gdlrt::RuleRow& r : image.rules) r.applies = rewritten(r.applies);
    for (gdlrt::DecisionRow& d : image.decisions) d.domain = rewritten(d.domain);
    for (gdlrt::ImpossibleRow& i : image.impossibles) i.node = rewritten(i.node, true);
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
