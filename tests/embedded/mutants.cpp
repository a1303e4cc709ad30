// Damaged programs through the C ABI: each is refused, or walked, shown, and evaluated for random cases by handles and by
// JSON, within few steps. What must never happen ends the process: a crash, a finding of a sanitizer, a status that the
// header does not know of. Usage: mutants COUNT SEED PROGRAM.gdlb... (tools/mutants builds it with sanitizers)
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "damage.h"
#include "random_case.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Count {
  std::uint64_t refused = 0, loaded = 0, answered = 0, impossible = 0;
};

std::uint64_t current = 0;

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "mutants: mutant %llu: %s\n", static_cast<unsigned long long>(current),
               what);
  std::abort();
}

int append(void* context, const char* text, size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

void seal(Bytes& bytes) {
  if (bytes.size() < sizeof(gdlrt::Header)) return;
  std::uint64_t sum = gdlrt::checksum(bytes.data(), bytes.size() / 8 * 8);
  std::memcpy(bytes.data() + offsetof(gdlrt::Header, checksum), &sum, sizeof sum);
}

/// Every text that a program gives: read to its end, so that a sanitizer sees where that lies.
std::size_t walk(const gdlrt_program* p) {
  std::size_t sum = 0;
  auto read = [&sum](const char* text) { sum += std::strlen(text); };
  gdlrt_program_info info{};
  info.size = sizeof info;
  if (gdlrt_program_about(p, &info) != GDLRT_OK) broken("a program that tells nothing of itself");
  for (const char* t : {info.name, info.version, info.title, info.status, info.updated}) read(t);
  char few[40];
  for (std::uint32_t f = 0; f < gdlrt_program_count(p, GDLRT_FACTS); ++f) {
    gdlrt_fact fact{};
    fact.size = sizeof fact;
    if (gdlrt_program_fact(p, f, &fact) != GDLRT_OK) broken("a fact that is none");
    read(fact.name), read(fact.label), read(fact.unit);
    for (std::uint32_t i = 0; i < fact.values; ++i) {
      gdlrt_value v{};
      v.size = sizeof v;
      if (gdlrt_program_value(p, f, i, &v) != GDLRT_OK) broken("a value that is none");
      read(v.name), read(v.label);
    }
    for (auto which : {GDLRT_LOWEST, GDLRT_HIGHEST, GDLRT_DEFAULT}) {
      (void)gdlrt_program_bound(p, f, which, few, sizeof few);
      read(few);
    }
  }
  for (std::uint32_t i = 0; i < gdlrt_program_count(p, GDLRT_DECISIONS); ++i) {
    gdlrt_decision d{};
    d.size = sizeof d;
    if (gdlrt_program_decision(p, i, &d) != GDLRT_OK) broken("a decision that is none");
    read(d.name), read(d.title);
  }
  for (std::uint32_t i = 0; i < gdlrt_program_count(p, GDLRT_RULES); ++i) {
    gdlrt_rule r{};
    r.size = sizeof r;
    if (gdlrt_program_rule(p, i, &r) != GDLRT_OK) broken("a rule that is none");
    for (const char* t : {r.name, r.title, r.file, r.strength, r.evidence}) read(t);
  }
  return sum;
}

std::size_t walk(const gdlrt_node* n) {
  std::size_t sum = std::strlen(gdlrt_node_name(n)) + std::strlen(gdlrt_node_text(n));
  for (std::uint32_t i = 0; i < gdlrt_node_count(n); ++i) sum += walk(gdlrt_node_at(n, i));
  return sum;
}

bool named_apart(const gdlrt_program* p) {
  for (std::uint32_t f = 0; f < gdlrt_program_count(p, GDLRT_FACTS); ++f) {
    gdlrt_fact fact{};
    fact.size = sizeof fact;
    (void)gdlrt_program_fact(p, f, &fact);
    if (gdlrt_program_find(p, GDLRT_FACTS, fact.name) != f) return false;
  }
  return true;
}

void evaluate(const gdlrt_program* p, gdl::test::Random& random, Count& count) {
  gdlrt_case* c = nullptr;
  std::string problems;
  gdlrt_case_options with{sizeof with, nullptr, append, &problems};
  if (gdlrt_case_make(p, &with, &c) != GDLRT_OK) broken("no case");
  for (int i = 0; i < 2; ++i) {
    std::uint32_t facts = gdlrt_program_count(p, GDLRT_FACTS);
    for (std::uint32_t f = 0; f < facts; ++f) gdl::test::random_fact(p, c, f, random);
    gdlrt_eval_options options{sizeof options, "patient", "de-CH", 3000, i, nullptr, 0, nullptr};
    gdlrt_answer* answer = nullptr;
    gdlrt_status status = gdlrt_evaluate(c, &options, &answer);
    if (status == GDLRT_OK) {
      ++count.answered;
      (void)walk(gdlrt_answer_root(answer));
    } else if (status == GDLRT_BAD_CASE && !problems.empty()) {
      ++count.impossible;
    } else {
      broken("an evaluation with another status, or without a reason");
    }
    std::string text;
    // JSON names the facts: if two have one name now, that is another case.
    if (named_apart(p) && gdlrt_case_write(c, append, &text) == GDLRT_OK) {
      std::string again;
      gdlrt_status other = gdlrt_evaluate_json(p, text.data(), text.size(), &options, append,
                                               &again, nullptr, nullptr);
      if (other != status || again != gdlrt_answer_json(answer, nullptr)) {
        std::fprintf(stderr, "%s\n%s%s%s", text.c_str(), problems.c_str(),
                     gdlrt_answer_json(answer, nullptr), again.c_str());
        broken("handles and JSON disagree");
      }
    }
    gdlrt_answer_free(answer);
    gdlrt_case_clear(c);
  }
  gdlrt_case_free(c);
}

void run(Bytes bytes, gdl::test::Random& random, const Bytes& other, Count& count) {
  for (std::size_t k = random.one_in(3) ? 1 + random.below(6) : 1; k > 0; --k) {
    if (bytes.size() <= gdl::test::kSmallestDamaged) break;
    if (random.one_in(12)) {  // a piece of another program, or of this one
      std::size_t size = 8 + random.below(256) / 8 * 8;
      std::size_t from = random.below(other.size() - size) / 8 * 8;
      std::size_t to = random.below(bytes.size() - size) / 8 * 8;
      std::memcpy(bytes.data() + to, other.data() + from, size);
    } else {
      gdl::test::damage(bytes, random);
    }
  }
  // Mostly with a checksum that fits, so that the verifier judges and not the checksum.
  if (!random.one_in(16)) seal(bytes);
  // In memory that ends where the bytes end.
  auto* exact = static_cast<std::uint8_t*>(std::malloc(bytes.size() == 0 ? 1 : bytes.size()));
  if (!bytes.empty()) std::memcpy(exact, bytes.data(), bytes.size());
  gdlrt_load_options options{sizeof options, nullptr, random.one_in(2)};
  gdlrt_program* p = nullptr;
  std::string errors;
  gdlrt_status status = gdlrt_program_load_with(exact, bytes.size(), &options, &p, append, &errors);
  if (status == GDLRT_OK) {
    ++count.loaded;
    (void)walk(p);
    std::string text;
    if (random.one_in(8) && gdlrt_disassemble(p, append, &text) != GDLRT_OK) broken("no listing");
    evaluate(p, random, count);
    gdlrt_program_free(p);
  } else if (status == GDLRT_BAD_PROGRAM && !errors.empty()) {
    ++count.refused;
  } else {
    broken("a load with another status, or without a reason");
  }
  std::free(exact);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: mutants COUNT SEED PROGRAM.gdlb...\n", stderr);
    return 2;
  }
  const std::uint64_t many = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  std::vector<Bytes> programs;
  for (int i = 3; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    programs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (programs.back().size() < 2048) {
      std::fprintf(stderr, "mutants: `%s` cannot be read, or is no program to damage\n", argv[i]);
      return 2;
    }
  }
  Count count;
  for (std::uint64_t n = 0; n < many; ++n) {
    // Each mutant hangs on its number alone: one that breaks something is run again by SEED + its number, and 1.
    current = seed + n;
    gdl::test::Random random(current * 0x9e3779b97f4a7c15u);
    const Bytes& one = programs[random.below(programs.size())];
    run(one, random, programs[random.below(programs.size())], count);
  }
  std::printf(
      "%llu mutants from seed %llu: %llu refused, %llu loaded; %llu answers, %llu cases refused\n",
      static_cast<unsigned long long>(many), static_cast<unsigned long long>(seed),
      static_cast<unsigned long long>(count.refused), static_cast<unsigned long long>(count.loaded),
      static_cast<unsigned long long>(count.answered),
      static_cast<unsigned long long>(count.impossible));
  return count.refused + count.loaded == many ? 0 : 1;
}
