// Many threads on one program: each evaluates the same cases, by JSON, by handles, and in an arena of its own, and has to
// get the answers that one thread alone gets. Under ThreadSanitizer (tools/threads) no two of them touch the same byte
// where one writes. Usage: threads PROGRAM.gdlb...
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "random_case.h"

namespace {

int append(void* context, const char* text, size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

struct Case {
  std::string text, answer;
};

constexpr std::size_t kCases = 12, kThreads = 8, kArena = std::size_t{16} << 20;

std::string by_json(const gdlrt_program* p, const std::string& text, void* arena) {
  gdlrt_eval_options options{sizeof options, "patient", nullptr, 20000, 1, arena, kArena, nullptr};
  std::string out;
  if (gdlrt_evaluate_json(p, text.data(), text.size(), &options, append, &out, append, &out) ==
      GDLRT_NO_MEMORY) {
    return "no memory";
  }
  return out;
}

std::string by_handle(gdlrt_case* c, const std::string& text) {
  gdlrt_eval_options options{sizeof options, "patient", nullptr, 20000, 1, nullptr, 0, nullptr};
  gdlrt_answer* answer = nullptr;
  std::string out;
  if (gdlrt_case_read(c, text.data(), text.size()) == GDLRT_OK &&
      gdlrt_evaluate(c, &options, &answer) == GDLRT_OK) {
    out = gdlrt_answer_json(answer, nullptr);
  }
  gdlrt_answer_free(answer);
  return out;
}

std::vector<Case> cases_of(const gdlrt_program* p) {
  std::vector<Case> out;
  gdl::test::Random random(1);
  gdlrt_case* c = nullptr;
  if (gdlrt_case_make(p, nullptr, &c) != GDLRT_OK) return out;
  while (out.size() < kCases) {
    gdlrt_case_clear(c);
    for (std::uint32_t f = 0; f < gdlrt_program_count(p, GDLRT_FACTS); ++f) {
      gdl::test::random_fact(p, c, f, random);
    }
    Case one;
    if (gdlrt_case_write(c, append, &one.text) != GDLRT_OK) continue;
    one.answer = by_handle(c, one.text);
    if (!one.answer.empty()) out.push_back(one);
  }
  gdlrt_case_free(c);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  std::atomic<int> wrong{0};
  std::size_t evaluated = 0;
  for (int i = 1; i < argc; ++i) {
    gdlrt_program* program = nullptr;
    std::string errors;
    if (gdlrt_program_open_file(argv[i], nullptr, &program, append, &errors) != GDLRT_OK) {
      std::fprintf(stderr, "threads: %s: %s", argv[i], errors.c_str());
      return 2;
    }
    std::vector<Case> cases = cases_of(program);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        gdlrt_case* c = nullptr;
        std::vector<std::uint64_t> arena(kArena / 8 + 1);
        auto* at = reinterpret_cast<std::uint8_t*>(arena.data());
        at += reinterpret_cast<std::uintptr_t>(at) % 16;
        if (gdlrt_case_make(program, nullptr, &c) != GDLRT_OK) ++wrong;
        for (std::size_t k = 0; k < cases.size(); ++k) {
          const Case& one = cases[(k + t) % cases.size()];
          if (by_json(program, one.text, t % 2 == 0 ? at : nullptr) != one.answer) ++wrong;
          if (by_handle(c, one.text) != one.answer) ++wrong;
        }
        gdlrt_case_free(c);
      });
    }
    for (std::thread& t : threads) t.join();
    evaluated += cases.size() * kThreads * 2;
    gdlrt_program_free(program);
  }
  if (wrong != 0) std::printf("threads: %d of %zu answers differ\n", wrong.load(), evaluated);
  if (wrong == 0) std::printf("threads: %zu answers, all as by one thread\n", evaluated);
  return wrong == 0 && evaluated > 0 ? 0 : 1;
}
