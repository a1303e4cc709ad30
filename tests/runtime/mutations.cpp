// Thousands of damaged programs, sealed anew so that the verifier and not the checksum judges them: each is
// refused, or answers like any other. They lie in read-only memory that ends where they end, so that a read
// out of bounds is a crash, here as under the sanitizers.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

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

gdlrt::SectionEntry entry(const Bytes& bytes, std::size_t i) {
  gdlrt::SectionEntry e;
  std::memcpy(&e, bytes.data() + sizeof(gdlrt::Header) + i * sizeof e, sizeof e);
  return e;
}

void set_word(Bytes& bytes, std::size_t at, std::uint32_t word) {
  if (at + 4 <= bytes.size()) std::memcpy(bytes.data() + at, &word, sizeof word);
}

/// One piece of damage. Most of it strikes the sections: the frame has few fields.
void damage(Bytes& bytes, test::Random& random) {
  const std::size_t body = sizeof(gdlrt::Header) + gdlrt::kSections * sizeof(gdlrt::SectionEntry);
  auto place = [&] { return body + random.below(bytes.size() - body); };
  switch (random.below(8)) {
    case 0: bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next()); break;
    case 1: bytes[place()] ^= static_cast<std::uint8_t>(1u << random.below(8)); break;
    case 2: {
      const std::uint32_t words[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe};
      set_word(bytes, place() / 4 * 4, words[random.below(7)]);
      break;
    }
    case 3: {  // a word a little off
      std::size_t at = place() / 4 * 4;
      std::uint32_t word = 0;
      if (at + 4 > bytes.size()) break;
      std::memcpy(&word, bytes.data() + at, 4);
      set_word(bytes, at, word + static_cast<std::uint32_t>(random.below(9)) - 4);
      break;
    }
    case 4: {  // a row over another of its section
      gdlrt::SectionEntry e = entry(bytes, random.below(gdlrt::kSections));
      if (e.count < 2 || e.offset + std::uint64_t{e.count} * e.row_size > bytes.size()) break;
      std::size_t a = e.offset + random.below(e.count) * e.row_size;
      std::size_t b = e.offset + random.below(e.count) * e.row_size;
      std::memmove(bytes.data() + a, bytes.data() + b, e.row_size);
      break;
    }
    case 5: {  // two sections change their entries in the table
      std::size_t a = sizeof(gdlrt::Header) + random.below(gdlrt::kSections) * 16;
      std::size_t b = sizeof(gdlrt::Header) + random.below(gdlrt::kSections) * 16;
      for (std::size_t i = random.one_in(2) ? 0 : 4; i < 16; ++i) {
        std::swap(bytes[a + i], bytes[b + i]);
      }
      break;
    }
    case 6: {  // cut short, or longer, with a size that fits
      std::size_t size = random.one_in(4) ? bytes.size() + 8 : random.below(bytes.size());
      bytes.resize(size / 8 * 8);
      set_word(bytes, offsetof(gdlrt::Header, file_size), static_cast<std::uint32_t>(bytes.size()));
      break;
    }
    case 7: {  // one word copied to another place
      std::size_t a = place() / 4 * 4;
      std::size_t b = place() / 4 * 4;
      if (a + 4 <= bytes.size() && b + 4 <= bytes.size()) {
        std::memmove(bytes.data() + a, bytes.data() + b, 4);
      }
      break;
    }
  }
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
      if (bytes.size() > 1024) damage(bytes, random);
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
      gdlrt_eval_options options{sizeof options, "patient", "de-CH", 20000, 1};
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
