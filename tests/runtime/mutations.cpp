// Thousands of damaged programs, sealed anew so that the verifier and not the checksum judges them: each is
// refused, or answers like any other. They lie in read-only memory that ends where they end, so that a read
// out of bounds is a crash, here as under the sanitizers.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "damage.h"
#include "everything.h"
#include "generate.h"
#include "random.h"

using namespace gdl;
using Bytes = std::vector<std::uint8_t>;

namespace {

std::optional<std::string> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A program and cases for it.
struct Subject {
  Bytes bytes;
  std::vector<std::string> cases;
};

std::string value_of(const sema::Fact& f, test::Random& random) {
  std::size_t pick = random.below(f.enumerators.empty() ? 1 : f.enumerators.size());
  switch (f.kind) {
    case sema::FactKind::boolean: return random.one_in(2) ? "true" : "false";
    case sema::FactKind::enumeration: return "\"" + f.enumerators[pick].name + "\"";
    case sema::FactKind::set: return "[\"" + f.enumerators[pick].name + "\"]";
    case sema::FactKind::integer:
    case sema::FactKind::decimal: {
      char buffer[gdlrt::num::kMaxFormat];
      const sema::Rational& end = random.one_in(2) ? f.lo : f.hi;
      return std::string(buffer, gdlrt::num::format(end, buffer, sizeof buffer));
    }
  }
  return "null";
}

Subject subject(const driver::Compilation& c) {
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  Subject s;
  s.bytes = driver::build(c, {});
  test::Random random(7);
  for (std::size_t n = 0; n < 3; ++n) {
    std::string text;
    for (std::size_t i = 0; i < c.model->facts.size(); ++i) {
      const sema::Fact& f = c.model->facts[sema::FactId(i)];
      text += (text.empty() ? "{\"" : ",\"") + f.name + "\":" + value_of(f, random);
    }
    s.cases.push_back(text.empty() ? "{}" : text + "}");
  }
  s.cases.push_back("{}");
  s.cases.push_back(R"({"age":{"not":[1,2]},"ps":{"at_least":1},"fever":null,"nobody":1})");
  return s;
}

std::vector<Subject> subjects() {
  std::vector<Subject> out;
  for (const char* path : {"/guidelines/nsclc/nsclc.gdl", "/tests/golden/eval/_pain.gdl"}) {
    out.push_back(subject(driver::load(GDL_SOURCE_DIR + std::string(path), read, {})));
  }
  out.push_back(subject(test::load(test::kEverything)));
  for (std::uint64_t seed : {11, 12}) {
    out.push_back(subject(test::load(test::Generator(seed, {6, 4, 2, 6}).run())));
  }
  return out;
}

}  // namespace

TEST_CASE("damaged programs are refused, or answer") {
  std::vector<Subject> all = subjects();
  test::Random random(20251018);
  std::size_t accepted = 0;
  std::size_t answered = 0;
  const std::size_t count = 30'000;
  for (std::size_t n = 0; n < count; ++n) {
    CAPTURE(n);
    const Subject& s = all[n % all.size()];
    Bytes bytes = s.bytes;
    for (std::size_t k = random.one_in(3) ? 1 + random.below(6) : 1; k > 0; --k) {
      if (bytes.size() > test::kSmallestDamaged) test::damage(bytes, random);
    }
    test::seal(bytes);
    test::Guarded memory(bytes);
    gdlrt_program* program = nullptr;
    std::string errors;
    gdlrt_status status =
        gdlrt_program_load_in_place(memory.data(), memory.size(), &program, test::append, &errors);
    if (status != GDLRT_OK) {
      REQUIRE(status == GDLRT_BAD_PROGRAM);
      REQUIRE(test::lines(errors).size() == 1);
      continue;
    }
    ++accepted;
    std::string text;
    REQUIRE(gdlrt_disassemble(program, test::append, &text) == GDLRT_OK);
    for (const std::string& input : s.cases) {
      std::string answer;
      errors.clear();
      gdlrt_eval_options options{sizeof options, "patient", "de-CH", 20000, 1, nullptr, 0, nullptr};
      status = gdlrt_evaluate_json(program, input.data(), input.size(), &options, test::append,
                                   &answer, test::append, &errors);
      // Whatever it says, it says it in JSON.
      if (status == GDLRT_OK) {
        ++answered;
        REQUIRE(nlohmann::json::accept(answer));
        REQUIRE(errors.empty());
      } else {
        REQUIRE(status == GDLRT_BAD_CASE);
        REQUIRE(answer.empty());
        REQUIRE(!test::lines(errors).empty());
      }
    }
    gdlrt_program_free(program);
  }
  // Damage that is not noticed must be tried as well: names, numbers of rules, masks.
  CHECK(accepted > count / 10);
  CHECK(answered > count / 10);
}
