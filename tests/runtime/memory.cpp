// Memory: whatever it is asked from may say no at any time; an evaluation in an arena takes nothing from elsewhere.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "everything.h"
#include "process.h"
#include "said.h"

using namespace gdl;

namespace {

/// Gives memory until `left` blocks have been given, and counts what is not given back. Sizes must be what was asked.
struct Bounded {
  std::size_t left = SIZE_MAX, blocks = 0, bytes = 0, asked = 0;
  std::size_t largest = 0;  ///< of the blocks asked for
  static void* resize(void* context, void* block, size_t old_size, size_t new_size) {
    auto& b = *static_cast<Bounded*>(context);
    constexpr std::size_t kBefore = 16;
    auto* raw = static_cast<std::uint8_t*>(block);
    if (raw != nullptr) {
      raw -= kBefore;
      std::size_t kept = 0;
      std::memcpy(&kept, raw, sizeof kept);
      REQUIRE(kept == old_size);
    } else {
      REQUIRE(old_size == 0);
    }
    if (new_size == 0) {
      if (raw != nullptr) --b.blocks;
      b.bytes -= old_size;
      std::free(raw);
      return nullptr;
    }
    ++b.asked;
    b.largest = std::max(b.largest, new_size);
    // Enough for every test: who asks for more and more is told so, not the machine.
    if (b.left == 0 || new_size > std::size_t{1} << 30) return nullptr;
    --b.left;
    auto* bigger = static_cast<std::uint8_t*>(std::malloc(new_size + kBefore));
    std::memcpy(bigger, &new_size, sizeof new_size);
    if (raw != nullptr) {
      std::memcpy(bigger + kBefore, block, std::min(old_size, new_size));
      std::free(raw);
    } else {
      ++b.blocks;
    }
    b.bytes += new_size - old_size;
    return bigger + kBefore;
  }
};

const std::string kCase =
    R"({"fever":true,"age":{"at_least":50},"weight":{"value":176,"unit":"[lb_av]"},"result":null})";

struct Loaded {
  Loaded() {
    std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
    REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  ~Loaded() { gdlrt_program_free(program); }
  gdlrt_program* program = nullptr;
};

/// A case that takes its memory from where it is counted. It is freed by the test.
struct Bound {
  Bound() {
    gdlrt_case_options with{sizeof with, &hook, nullptr, nullptr};
    REQUIRE(gdlrt_case_make(p.program, &with, &c) == GDLRT_OK);
  }
  Loaded p;
  Bounded memory;
  gdlrt_allocator hook{sizeof hook, Bounded::resize, &memory};
  gdlrt_case* c = nullptr;
};

std::string expected_of(const gdlrt_program* program, int explain) {
  gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0, explain, nullptr, 0, nullptr};
  std::string out;
  REQUIRE(gdlrt_evaluate_json(program, kCase.data(), kCase.size(), &options, test::append, &out,
                              nullptr, nullptr) == GDLRT_OK);
  return out;
}

}  // namespace

TEST_CASE("whatever block is refused: no memory, nothing leaks, and the next attempt succeeds") {
  std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
  std::string expected = expected_of(Loaded().program, 1);
  std::size_t refused = 0;
  bool done = false;
  for (std::size_t blocks = 0; !done; ++blocks) {
    CAPTURE(blocks);
    Bounded memory;
    memory.left = blocks;
    gdlrt_allocator hook{sizeof hook, Bounded::resize, &memory};
    gdlrt_load_options load{sizeof load, &hook, blocks % 2 == 0};
    gdlrt_program* program = nullptr;
    gdlrt_case* c = nullptr;
    gdlrt_answer* answer = nullptr;
    std::string problems;
    gdlrt_case_options with{sizeof with, &hook, test::append, &problems};
    gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0, 1, nullptr, 0, nullptr};
    std::vector<std::uint64_t> aligned(bytes.size() / 8);
    std::memcpy(aligned.data(), bytes.data(), bytes.size());
    gdlrt_status status = gdlrt_program_load_with(aligned.data(), bytes.size(), &load, &program,
                                                  test::append, &problems);
    if (status == GDLRT_OK) status = gdlrt_case_make(program, &with, &c);
    if (status == GDLRT_OK) status = gdlrt_case_read(c, kCase.data(), kCase.size());
    if (status == GDLRT_OK) status = gdlrt_evaluate(c, &options, &answer);
    CHECK_MESSAGE(problems.empty(), problems);
    if (status == GDLRT_OK) {
      CHECK(gdlrt_answer_json(answer, nullptr) == expected);
      done = true;
    } else {
      CHECK(status == GDLRT_NO_MEMORY);
      CHECK(answer == nullptr);
      ++refused;
      // With memory again the same handles go on.
      memory.left = SIZE_MAX;
      if (c != nullptr) {
        CHECK(gdlrt_case_read(c, kCase.data(), kCase.size()) == GDLRT_OK);
        CHECK(gdlrt_evaluate(c, &options, &answer) == GDLRT_OK);
        CHECK(gdlrt_answer_json(answer, nullptr) == expected);
      }
    }
    gdlrt_answer_free(answer);
    gdlrt_case_free(c);
    gdlrt_program_free(program);
    CHECK(memory.blocks == 0);
    CHECK(memory.bytes == 0);
  }
  CHECK(refused >= 6);
}

TEST_CASE("a value for which there is no memory is not taken for the one before") {
  Bound b;
  Bounded& memory = b.memory;
  gdlrt_case* c = b.c;
  std::uint32_t age = gdlrt_program_find(b.p.program, GDLRT_FACTS, "age");
  REQUIRE(gdlrt_case_set_scaled(c, age, 50, 0, nullptr) == GDLRT_OK);
  memory.left = 0;
  std::string list = "{\"in\":[1";
  for (int i = 0; i < 1000; ++i) list += ",2";
  list += "]}";
  CHECK(gdlrt_case_set_json(c, age, list.data(), list.size()) == GDLRT_NO_MEMORY);
  memory.left = SIZE_MAX;
  gdlrt_answer* answer = nullptr;
  CHECK(gdlrt_evaluate(c, nullptr, &answer) == GDLRT_BAD_CASE);
  gdlrt_case_clear(c);
  CHECK(gdlrt_evaluate(c, nullptr, &answer) == GDLRT_OK);
  gdlrt_answer_free(answer);
  gdlrt_case_free(c);
  CHECK(memory.blocks == 0);
}

TEST_CASE(
    "a value for which there was no memory keeps the case from being evaluated until there is "
    "another") {
  Bound b;
  Bounded& memory = b.memory;
  gdlrt_case* c = b.c;
  std::uint32_t age = gdlrt_program_find(b.p.program, GDLRT_FACTS, "age");
  std::uint32_t fever = gdlrt_program_find(b.p.program, GDLRT_FACTS, "fever");
  std::string list = "{\"in\":[1";
  for (int i = 0; i < 2000; ++i) list += ",2";
  list += "]}";
  std::size_t refused = 0;
  for (std::size_t left = 0;; ++left) {
    CAPTURE(left);
    gdlrt_case_clear(c);
    REQUIRE(gdlrt_case_set_scaled(c, age, 50, 0, nullptr) == GDLRT_OK);
    memory.left = left;
    gdlrt_status status = gdlrt_case_set_json(c, age, list.data(), list.size());
    memory.left = SIZE_MAX;
    if (status == GDLRT_OK) break;
    REQUIRE(status == GDLRT_NO_MEMORY);
    ++refused;
    gdlrt_answer* answer = nullptr;
    for (int i = 0; i < 3; ++i) {
      CHECK(gdlrt_evaluate(c, nullptr, &answer) == GDLRT_BAD_CASE);
      CHECK(gdlrt_case_write(c, test::append, &list) == GDLRT_BAD_CASE);
      CHECK(gdlrt_case_set_boolean(c, fever, 1) == GDLRT_OK);
    }
    CHECK(gdlrt_case_set_scaled(c, age, 51, 0, nullptr) == GDLRT_OK);
    CHECK(gdlrt_evaluate(c, nullptr, &answer) == GDLRT_OK);
    gdlrt_answer_free(answer);
  }
  CHECK(refused >= 2);
  gdlrt_case_free(c);
  CHECK(memory.blocks == 0);
}

TEST_CASE("an evaluation in an arena lies in it, or has no memory") {
  Bound b;
  Bounded& memory = b.memory;
  gdlrt_case* c = b.c;
  REQUIRE(gdlrt_case_read(c, kCase.data(), kCase.size()) == GDLRT_OK);
  for (int explain : {0, 1}) {
    std::string expected = expected_of(b.p.program, explain);
    memory.left = 0;
    memory.asked = 0;
    auto attempt = [&](std::size_t size, bool json) {
      // Ends where it is said to end: the sanitizer sees what goes beyond, and so do the bytes behind.
      auto* arena = static_cast<std::uint8_t*>(std::aligned_alloc(16, (size + 47) / 16 * 16));
      std::memset(arena + size, 0x5a, 32);
      gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0,
                                 explain,        arena,   size,    &b.hook};
      std::string out;
      gdlrt_status status = GDLRT_OK;
      if (json) {
        status = gdlrt_evaluate_json(b.p.program, kCase.data(), kCase.size(), &options,
                                     test::append, &out, nullptr, nullptr);
        if (status != GDLRT_OK) out.clear();
      } else {
        gdlrt_answer* answer = nullptr;
        status = gdlrt_evaluate(c, &options, &answer);
        if (status == GDLRT_OK) {
          out = gdlrt_answer_json(answer, nullptr);
          CHECK(test::walked(gdlrt_answer_root(answer)) + "\n" == out);
        }
        gdlrt_answer_free(answer);
      }
      for (std::size_t i = 0; i < 16; ++i) REQUIRE(arena[size + i] == 0x5a);
      std::free(arena);
      CHECK(status == (out.empty() ? GDLRT_NO_MEMORY : GDLRT_OK));
      if (status == GDLRT_OK) CHECK(out == expected);
      return status == GDLRT_OK;
    };
    for (bool json : {true, false}) {
      std::size_t low = 0;
      std::size_t high = std::size_t{4} << 20;
      REQUIRE(attempt(high, json));
      while (high - low > 16) {
        std::size_t mid = (low + high) / 2 / 16 * 16;
        (attempt(mid, json) ? high : low) = mid;
      }
      // Some hundred kilobytes: what it works with, not what it is about.
      CHECK(high < 256 * 1024);
      for (std::size_t less = 1; less < high; less = less * 3 / 2 + 1)
        CHECK(!attempt(high - 16 - less % (high - 16), json));
    }
    CHECK(memory.asked == 0);
    memory.left = SIZE_MAX;
  }
  // What was refused is told again out of the arena too.
  std::string wrong = "{\"in\":[1";
  for (int i = 0; i < 900; ++i) wrong += ",1";
  wrong += ",\"x\"]}";
  std::uint32_t age = gdlrt_case_fact(c, "age");
  CHECK(gdlrt_case_set_json(c, age, wrong.data(), wrong.size()) == GDLRT_BAD_CASE);
  memory.asked = 0;
  constexpr std::size_t kSize = std::size_t{1} << 20;
  auto* arena = static_cast<std::uint8_t*>(std::aligned_alloc(16, kSize));
  gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0, 0, arena, kSize, &b.hook};
  gdlrt_answer* answer = nullptr;
  CHECK(gdlrt_evaluate(c, &options, &answer) == GDLRT_BAD_CASE);
  CHECK(memory.asked == 0);
  std::free(arena);
  gdlrt_case_free(c);
}

namespace {

/// A guideline of this repository, built.
std::vector<std::uint8_t> of_repository(const std::string& name) {
  driver::Compilation c = driver::load(
      GDL_SOURCE_DIR "/guidelines/" + name + "/" + name + ".gdl",
      [](const std::string& path) -> std::optional<std::string> {
        return std::filesystem::exists(path) ? std::optional(test::read(path)) : std::nullopt;
      },
      {});
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  return driver::build(c, {});
}

/// The least arena in which the case is answered as a document with `explain`, to 1 KiB; `most` must do.
std::size_t least_arena(const std::vector<std::uint8_t>& bytes, const std::string& text,
                        std::size_t most) {
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  gdlrt_case* of = nullptr;
  REQUIRE(gdlrt_case_make(program, nullptr, &of) == GDLRT_OK);
  REQUIRE(gdlrt_case_read(of, text.data(), text.size()) == GDLRT_OK);
  auto* arena = static_cast<std::uint8_t*>(std::aligned_alloc(16, most));
  auto answered = [&](std::size_t size) {
    gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0, 1, arena, size, nullptr};
    gdlrt_answer* answer = nullptr;
    return gdlrt_evaluate(of, &options, &answer) == GDLRT_OK;
  };
  CHECK(answered(most));
  std::size_t low = 0;
  std::size_t high = most;
  while (high - low > 1024) {
    std::size_t middle = (low + high) / 2 / 16 * 16;
    (answered(middle) ? high : low) = middle;
  }
  std::free(arena);
  gdlrt_case_free(of);
  gdlrt_program_free(program);
  return high;
}

}  // namespace

TEST_CASE("4 MiB do for the NSCLC guideline, and cases take what docs/embedding.md says") {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  std::vector<std::uint8_t> nsclc = of_repository("nsclc");
  for (const char* text : {"{}", R"({"stage":"IV"})", R"({"ps":{"at_most":1}})"}) {
    CAPTURE(text);
    CHECK(least_arena(nsclc, text, kMost) < kMost / 2);
  }
  const std::string page = test::read(GDL_SOURCE_DIR "/docs/embedding.md");
  for (const std::string name : {"nsclc", "news2", "cha2ds2_vasc", "lung_screening"}) {
    std::size_t least =
        least_arena(of_repository(name),
                    test::read(GDL_SOURCE_DIR "/guidelines/" + name + "/case.json"), kMost);
    std::size_t tenths = (least * 10 + (1 << 19)) >> 20;
    std::string told =
        name + " " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
    CHECK_MESSAGE(page.find(told) != std::string::npos, told << ", " << least << " bytes");
  }
}

TEST_CASE("only the arena asks for memory") {
  // Of the objects of the core, one names malloc.
  std::string list = "/tmp/gdlrt-names-" + std::to_string(::getpid());
  REQUIRE(
      std::system(("nm -A --undefined-only " + test::bin_dir() + "/../runtime/libgdlrt.a >" + list)
                      .c_str()) == 0);
  std::ifstream in(list);
  std::size_t seen = 0;
  for (std::string line; std::getline(in, line);) {
    std::string name = line.substr(line.rfind(' ') + 1);
    if (name != "malloc" && name != "free" && name != "calloc" && name != "realloc") continue;
    ++seen;
    CHECK_MESSAGE(line.find("arena.cpp") != std::string::npos, line);
  }
  std::filesystem::remove(list);
  CHECK(seen >= 2);
}

TEST_CASE("a program out of a file") {
  std::vector<std::uint8_t> bytes = driver::build(test::load(test::kEverything), {});
  test::Folder folder;
  std::string path = folder.path() + "/p.gdlb";
  test::write(path, {bytes.begin(), bytes.end()});
  Bounded memory;
  gdlrt_allocator hook{sizeof hook, Bounded::resize, &memory};
  gdlrt_load_options load{sizeof load, &hook, 1};
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_open_file(path.c_str(), &load, &program, nullptr, nullptr) == GDLRT_OK);
  CHECK(memory.blocks == 1);
  CHECK(gdlrt_program_find(program, GDLRT_FACTS, "age") == 2);
  gdlrt_program_free(program);
  CHECK(memory.blocks == 0);
  // Of a file without an end no more is read than tells that it is no program, or goes on behind one.
  for (bool begins : {false, true}) {
    const std::string endless = folder.path() + "/endless";
    std::string start = "cat ";
    if (begins) start += path + " ";
    start += "/dev/zero > " + endless + " &";
    REQUIRE(std::system(("mkfifo " + endless).c_str()) == 0);
    REQUIRE(std::system(start.c_str()) == 0);
    std::string errors;
    memory.largest = 0;
    CHECK(gdlrt_program_open_file(endless.c_str(), &load, &program, test::append, &errors) ==
          GDLRT_BAD_PROGRAM);
    CHECK(memory.largest <= 2 * (bytes.size() + 65536));
    CHECK(errors.find(begins ? "bytes after its end" : "not a program") != std::string::npos);
    CHECK(memory.blocks == 0);
    std::filesystem::remove(endless);
  }
  memory.left = 1;
  CHECK(gdlrt_program_open_file(path.c_str(), &load, &program, nullptr, nullptr) ==
        GDLRT_NO_MEMORY);
  memory.left = 0;
  CHECK(gdlrt_program_open_file(path.c_str(), &load, &program, nullptr, nullptr) ==
        GDLRT_NO_MEMORY);
  CHECK(memory.blocks == 0);
  for (const std::string& none : {folder.path() + "/none", folder.path()}) {
    std::string errors;
    CHECK(gdlrt_program_open_file(none.c_str(), nullptr, &program, test::append, &errors) ==
          GDLRT_BAD_FILE);
    CHECK(program == nullptr);
    CHECK(test::lines(errors).at(0)["message"] == "the file of the program cannot be read");
  }
  test::write(path, "");
  std::string errors;
  CHECK(gdlrt_program_open_file(path.c_str(), nullptr, &program, test::append, &errors) ==
        GDLRT_BAD_PROGRAM);
  CHECK(test::lines(errors).at(0)["message"] == "the program is empty");
}
