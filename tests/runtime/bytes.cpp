// The bytes of a program: the same for the same source, laid out as bytecode.h and docs/bytecode.md say.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "everything.h"
#include "generate.h"

using namespace gdl;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes build(const std::string& path, const std::map<std::string, std::string>& files) {
  driver::Compilation c = driver::load(path, test::files(files), {});
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  return driver::build(c, {});
}

std::string page() {
  std::ifstream in(GDL_SOURCE_DIR "/docs/bytecode.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

const char* const kParts = R"(guideline parts "Parts"
  language 1
  version 1.0.0
  status draft
  disclaimer "An example."
import "lib/facts.gdl"
include "rules.gdl"
)";
const char* const kLibrary =
    "fact a \"a\" : yes | no\nfact n \"n\" : 0..9\n"
    "impossible when a and n > 5 because \"never\"\n";
const char* const kRules =
    "action x \"x\"\ndecision d \"D\" partial\nrule r \"R\" when a recommend x\n"
    "rule s \"S\" when n > 3 recommend x\n";

}  // namespace

TEST_CASE("the same source gives the same bytes, wherever it lies") {
  Bytes first;
  for (const std::string& folder :
       std::vector<std::string>{"", "./", "here/", "../there/", "/a/b/c/"}) {
    CAPTURE(folder);
    Bytes bytes = build(folder + "main.gdl", {{folder + "main.gdl", kParts},
                                              {folder + "lib/facts.gdl", kLibrary},
                                              {folder + "rules.gdl", kRules}});
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
  // No path of this machine is in it, and the places are.
  std::string text(first.begin(), first.end());
  CHECK(text.find("lib/facts.gdl") != std::string::npos);
  CHECK(text.find("rules.gdl") != std::string::npos);
  // A word more or less is another source, even in a comment.
  Bytes other = build("main.gdl", {{"main.gdl", kParts},
                                   {"lib/facts.gdl", std::string(kLibrary) + "# more\n"},
                                   {"rules.gdl", kRules}});
  CHECK(other != first);
  CHECK(std::equal(first.begin() + 64, first.end(), other.begin() + 64, other.end()));
}

TEST_CASE("a library from elsewhere goes by its own name, wherever that is") {
  const std::string main = std::string(kParts).replace(std::string(kParts).find("lib/"), 4, "");
  auto build_with = [&](const std::string& folder, const std::string& dir) {
    driver::Compilation c = driver::load(folder + "main.gdl",
                                         test::files({{folder + "main.gdl", main},
                                                      {dir + "facts.gdl", kLibrary},
                                                      {folder + "rules.gdl", kRules}}),
                                         {{dir}});
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    return driver::build(c, {});
  };
  Bytes first = build_with("", "../lib/");
  CHECK(build_with("here/", "lib/") == first);
  CHECK(build_with("../here/", "../lib/") == first);
  CHECK(build_with("", "/usr/share/lib/") == first);
  CHECK(build_with("/home/a/", "/usr/share/lib/") == first);
}

TEST_CASE("building twice gives the same bytes") {
  for (std::uint64_t seed = 21; seed < 41; ++seed) {
    std::string text = test::Generator(seed, {8, 4, 3, 8}).run();
    CAPTURE(text);
    CHECK(build("a.gdl", {{"a.gdl", text}}) == build("x/a.gdl", {{"x/a.gdl", text}}));
  }
}

TEST_CASE("the layout is that of bytecode.h") {
  for (bool strip : {false, true}) {
    emit::Image image = test::everything(strip);
    Bytes bytes = emit::encode(image);
    gdlrt::Header h;
    REQUIRE(bytes.size() > sizeof h);
    std::memcpy(&h, bytes.data(), sizeof h);
    CHECK(std::memcmp(h.magic, gdlrt::kMagic, 8) == 0);
    CHECK(h.major == gdlrt::kFormatMajor);
    CHECK(h.minor == gdlrt::kFormatMinor);
    CHECK(h.flags == (strip ? gdlrt::kStripped : 0u));
    CHECK(h.file_size == bytes.size());
    CHECK(h.section_count == gdlrt::kSections);
    CHECK(h.checksum == gdlrt::checksum(bytes.data(), bytes.size()));
    CHECK(std::memcmp(h.source_hash, image.source_hash, 32) == 0);
    std::uint64_t end = sizeof h + gdlrt::kSections * sizeof(gdlrt::SectionEntry);
    std::uint32_t kind = 0;
    auto section = [&](std::uint32_t number, const auto& rows, bool needed) {
      using Row = typename std::decay_t<decltype(rows)>::value_type;
      gdlrt::SectionEntry e;
      std::memcpy(&e, bytes.data() + sizeof h + kind * sizeof e, sizeof e);
      CHECK(e.kind == ++kind);
      CHECK(e.kind == number);
      CHECK(e.offset % 8 == 0);
      CHECK(e.offset >= end);
      CHECK(e.offset < end + 8);
      CHECK(e.count == rows.size());
      CHECK(e.row_size == sizeof(Row));
      if (strip && !needed) CHECK(rows.empty());
      if (!strip) CHECK(!rows.empty());
      if (!rows.empty()) {
        CHECK(std::memcmp(bytes.data() + e.offset, rows.data(), rows.size() * sizeof(Row)) == 0);
      }
      end = e.offset + rows.size() * sizeof(Row);
    };
#define GDLRT_SECTION(number, id, Row, kind_) \
  section(number, image.id, std::string(#kind_) == "needed");
#include "gdlrt/sections.def"
    CHECK((end + 7) / 8 * 8 == bytes.size());
    CHECK(kind == gdlrt::kSections);
  }
}

TEST_CASE("docs/bytecode.md lists the sections, operations and limits that there are") {
  std::string text = page();
  REQUIRE(!text.empty());
  auto has = [&](const std::string& line) {
    CAPTURE(line);
    CHECK(text.find("\n" + line) != std::string::npos);
  };
#define GDLRT_SECTION(number, id, Row, kind)                                             \
  has("| " #number " | `" #id "` | `" #Row "` | " + std::to_string(sizeof(gdlrt::Row)) + \
      " | " #kind " |");
#include "gdlrt/sections.def"
#define GDLRT_OPCODE(id, mnemonic, words) has("| `" mnemonic "` | " words " |");
#include "gdlrt/opcodes.def"
#define GDLRT_LIMIT(name, value, words) has("| `" #name "` | " #value " | " words " |");
#include "../../runtime/src/run_limits.def"
#define HEADER(field) \
  has("| " + std::to_string(offsetof(gdlrt::Header, field)) + " | `" #field "` | ");
  HEADER(magic)
  HEADER(major)
  HEADER(minor)
  HEADER(flags)
  HEADER(file_size)
  HEADER(section_count)
  HEADER(checksum)
  HEADER(source_hash)
#undef HEADER
  has("| " + std::to_string(gdlrt::kFormatMajor) + "." + std::to_string(gdlrt::kFormatMinor) +
      " | ");
  // And no more than there are.
  std::size_t rows = 0;
  for (std::size_t at = text.find("Row` | "); at != std::string::npos;
       at = text.find("Row` | ", at + 1))
    ++rows;
  CHECK(rows == gdlrt::kSections);
}
