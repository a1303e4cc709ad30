// Foreign, cut, mangled and misplaced programs; stripped and unchecked ones.
#include <doctest/doctest.h>

#include <fstream>

#include "everything.h"

using namespace gdl;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes valid() { return emit::encode(test::everything()); }

Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }

Bytes replaced(const Bytes& bytes, const std::string& from, const std::string& to) {
  std::string text(bytes.begin(), bytes.end());
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return bytes_of(text);
}

void poke(Bytes& bytes, std::size_t at, std::uint32_t word) {
  std::memcpy(bytes.data() + at, &word, sizeof word);
  test::seal(bytes);
}

const char* const kTable = "the program's table of sections is wrong";
const char* const kText = "the program was damaged by a transfer as text";

}  // namespace

TEST_CASE("what is no program says what it is") {
  CHECK(test::refusal({}) == "the program is empty");
  CHECK(test::refusal(bytes_of("guideline g \"G\"\n")) == "this is not a program of gdlc");
  CHECK(test::refusal(Bytes(100000, 0)) == "this is not a program of gdlc");
  CHECK(test::refusal(Bytes(1, 0x89)) == "the program is cut short");
  // Transfers as text: line ends either way, the high bit gone, Latin-1 read as UTF-8.
  CHECK(test::refusal(replaced(valid(), "\r\n", "\n")) == kText);
  CHECK(test::refusal(replaced(valid(), "\n", "\r\n")) == kText);
  CHECK(test::refusal(replaced(valid(), "\x89", "\x09")) == kText);
  CHECK(test::refusal(replaced(valid(), "\x89", "\xc2\x89")) == kText);
  CHECK(test::refusal(replaced(valid(), "\x89", "\xef\xbf\xbd")) == kText);
}

TEST_CASE("every truncation is refused") {
  Bytes whole = valid();
  for (std::size_t n = 0; n < whole.size(); n += n < 128 ? 1 : 61) {
    CAPTURE(n);
    std::string message = test::refusal(Bytes(whole.begin(), whole.begin() + static_cast<long>(n)));
    CHECK(message == (n == 0 ? "the program is empty" : "the program is cut short"));
  }
  whole.push_back(0);
  CHECK(test::refusal(whole) == "the program has bytes after its end");
}

TEST_CASE("the frame") {
  const Bytes whole = valid();
  SUBCASE("versions") {
    Bytes b = whole;
    b[8] = 1;
    CHECK(test::refusal(b) == "the program is of a newer format than this version reads");
    b = whole;
    b[10] = 1;
    CHECK(test::refusal(b) == "the program is of an older format than this version reads");
  }
  SUBCASE("checksum") {
    for (std::size_t at = 64; at < whole.size(); at += 97) {
      Bytes b = whole;
      b[at] ^= 0x10;
      CHECK(test::refusal(b) == "the program is damaged: its checksum does not fit");
    }
  }
  SUBCASE("sizes") {
    Bytes b = whole;
    poke(b, offsetof(gdlrt::Header, file_size), 0xffffffffu);
    CHECK(test::refusal(b) == "the program is cut short");
    b = whole;
    b.resize(b.size() - 4);
    poke(b, offsetof(gdlrt::Header, file_size), static_cast<std::uint32_t>(b.size()));
    CHECK(test::refusal(b) == "the program's size is wrong");
  }
  SUBCASE("table") {
    Bytes b = whole;
    poke(b, offsetof(gdlrt::Header, section_count), 26);
    CHECK(test::refusal(b) == kTable);
    for (std::size_t word = 0; word < 4; ++word) {  // kind, offset, count, row_size
      for (std::uint32_t value : {0u, 3u, 0x7fffffffu, 0xffffffffu}) {
        b = whole;
        poke(b, sizeof(gdlrt::Header) + 3 * sizeof(gdlrt::SectionEntry) + 4 * word, value);
        CHECK(test::refusal(b) == (word == 0 && value == 4 ? "" : kTable));
      }
    }
  }
  SUBCASE("nothing lies between the sections") {
    emit::Image image = test::everything();
    image.texts.push_back(0);
    while (image.texts.size() % 8 != 1) image.texts.push_back(0);
    Bytes b = emit::encode(image);
    REQUIRE(test::refusal(b) == "");
    b.back() = 1;
    test::seal(b);
    CHECK(test::refusal(b) == "the program has bytes outside its sections");
    b.insert(b.end(), 8, 0);
    poke(b, offsetof(gdlrt::Header, file_size), static_cast<std::uint32_t>(b.size()));
    CHECK(test::refusal(b) == "the program has bytes outside its sections");
    image.names.push_back(0);
    while (image.names.size() % 8 != 1) image.names.push_back(0);
    b = emit::encode(image);
    gdlrt::SectionEntry names;
    std::memcpy(&names, b.data() + sizeof(gdlrt::Header) + 20 * sizeof names, sizeof names);
    b[names.offset + names.count] = 1;
    test::seal(b);
    CHECK(test::refusal(b) == "the program has bytes outside its sections");
  }
}

TEST_CASE("in place: read-only and 8-aligned works, unaligned is refused, a copy always works") {
  Bytes whole = valid();
  test::Guarded memory(whole);
  REQUIRE(reinterpret_cast<std::uintptr_t>(memory.data()) % 8 == 0);
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load_in_place(memory.data(), memory.size(), &program, nullptr, nullptr) ==
          GDLRT_OK);
  std::string answer;
  std::string input = R"({"fever":true,"result":1})";
  CHECK(gdlrt_evaluate_json(program, input.data(), input.size(), nullptr, test::append, &answer,
                            nullptr, nullptr) == GDLRT_OK);
  CHECK(nlohmann::json::parse(answer)["guideline"]["name"] == "everything");
  gdlrt_program_free(program);
  for (std::size_t off = 1; off < 8; ++off) {
    std::vector<std::uint64_t> storage(whole.size() / 8 + 2);
    auto* at = reinterpret_cast<std::uint8_t*>(storage.data()) + off;
    std::memcpy(at, whole.data(), whole.size());
    std::string errors;
    CHECK(gdlrt_program_load_in_place(at, whole.size(), &program, test::append, &errors) ==
          GDLRT_BAD_PROGRAM);
    CHECK(program == nullptr);
    CHECK(errors.find("multiple of 8") != std::string::npos);
    CHECK(gdlrt_program_load(at, whole.size(), &program, nullptr, nullptr) == GDLRT_OK);
    gdlrt_program_free(program);
  }
}

TEST_CASE("arguments") {
  gdlrt_program* program = nullptr;
  CHECK(gdlrt_program_load(nullptr, 8, &program, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_program_load(nullptr, 0, &program, nullptr, nullptr) == GDLRT_BAD_PROGRAM);
  CHECK(gdlrt_program_load_in_place(nullptr, 0, &program, nullptr, nullptr) == GDLRT_BAD_PROGRAM);
  CHECK(gdlrt_program_load("", 0, nullptr, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_disassemble(nullptr, test::append, nullptr) == GDLRT_BAD_ARGUMENT);
  gdlrt_program_free(nullptr);
  Bytes whole = valid();
  REQUIRE(gdlrt_program_load(whole.data(), whole.size(), &program, nullptr, nullptr) == GDLRT_OK);
  std::string input = R"({"fever":true,"result":1})";
  std::string out;
  auto eval = [&](const gdlrt_eval_options* options, gdlrt_write write) {
    return gdlrt_evaluate_json(program, input.data(), input.size(), options, write, &out, write,
                               &out);
  };
  gdlrt_eval_options options{};
  CHECK(eval(&options, test::append) == GDLRT_BAD_ARGUMENT);
  options.size = sizeof options.size;  // of a version without any option
  CHECK(eval(&options, test::append) == GDLRT_OK);
  CHECK(eval(nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  auto stop = [](void*, const char*, size_t) { return 1; };
  CHECK(eval(nullptr, stop) == GDLRT_STOPPED);
  CHECK(gdlrt_disassemble(program, stop, nullptr) == GDLRT_STOPPED);
  input = "{";
  CHECK(eval(nullptr, stop) == GDLRT_STOPPED);
  gdlrt_program_free(program);
  whole[20] = 0;
  CHECK(gdlrt_program_load(whole.data(), whole.size(), &program, stop, nullptr) == GDLRT_STOPPED);
}

TEST_CASE("a stripped program gives the same advice, under numbers instead of names") {
  driver::Compilation c = test::load(test::kEverything);
  test::Program whole(c);
  test::Program stripped(c, true);
  for (const char* input :
       {R"({"fever":true,"result":1})", R"({"fever":true,"severity":"severe","result":null})",
        R"({"fever":false,"age":90,"drugs":["warfarin"],"weight":120,"result":6})"}) {
    test::Result a = whole.eval(input);
    test::Result b = stripped.eval(input);
    REQUIRE(a.status == b.status);
    if (a.status != GDLRT_OK) continue;
    for (std::size_t d = 0; d < a.answer["decisions"].size(); ++d) {
      const nlohmann::json& x = a.answer["decisions"][d];
      const nlohmann::json& y = b.answer["decisions"][d];
      for (const char* same : {"id", "applies", "settled", "gap", "stranded"}) {
        CHECK(x[same] == y[same]);
      }
      REQUIRE(x["offers"].size() == y["offers"].size());
      for (std::size_t i = 0; i < x["offers"].size(); ++i) {
        for (const char* same : {"verb", "way", "parameters", "status"}) {
          CHECK(x["offers"][i][same] == y["offers"][i][same]);
        }
        CHECK(x["offers"][i]["rules"].size() == y["offers"][i]["rules"].size());
        CHECK(!y["offers"][i].contains("label"));
      }
      REQUIRE(x["advice"].size() == y["advice"].size());
      for (std::size_t i = 0; i < x["advice"].size(); ++i) {
        CHECK(x["advice"][i].value("action", "") == y["advice"][i].value("action", ""));
        CHECK(y["advice"][i]["rule"].get<std::string>()[0] == '#');
      }
    }
  }
}

TEST_CASE("`unchecked` is carried to every answer") {
  driver::Compilation c = test::load(test::kEverything);
  for (bool unchecked : {false, true}) {
    for (bool strip : {false, true}) {
      test::Program p(driver::build(c, {strip, unchecked}));
      test::Result r = p.eval(R"({"fever":true,"result":1})");
      REQUIRE(r.status == GDLRT_OK);
      CHECK(r.answer["guideline"]["unchecked"] == unchecked);
    }
  }
}
