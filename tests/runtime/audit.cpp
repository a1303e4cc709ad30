// Audit records through the C ABI: their members, what was asked and answered in them, and the hash that names a program.
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sha256.h>

#include <cstdlib>

#include "everything.h"
#include "gdlrt/gdlrt.hpp"
#include "hash.h"
#include "process.h"

using namespace gdl;
using nlohmann::json;

namespace {

using Hash = std::array<std::uint8_t, 32>;

/// By another's hand.
Hash hash_of(const void* bytes, std::size_t size) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, static_cast<const std::uint8_t*>(bytes), size);
  Hash out{};
  SHA256Final(out.data(), &context);
  return out;
}

std::string shown(const Hash& hash) {
  std::string out = "sha256:";
  for (std::uint8_t b : hash) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", b);
    out += two;
  }
  return out;
}

struct Asked {
  Asked() : bytes(driver::build(test::load(test::kEverything), {})) {
    gdlrt::Result<gdlrt::Program> loaded = gdlrt::Program::load(bytes.data(), bytes.size());
    REQUIRE(loaded);
    program.emplace(std::move(*loaded));
  }
  std::vector<std::uint8_t> bytes;
  std::optional<gdlrt::Program> program;
};

/// What a callback was handed, and when it refuses.
struct Heard {
  std::string text;
  bool refuses = false;
  static int hear(void* context, const char* text, size_t size) {
    auto& h = *static_cast<Heard*>(context);
    if (h.refuses) return 1;
    h.text.append(text, size);
    return 0;
  }
};

const std::string kCase =
    " \xef\xbb\xbf{ \"fever\" : true,\r\n\t\"age\": {\"at_least\": 50},"
    "\"weight\":{\"value\":1.760e2, \"unit\":\"[lb_av]\"}, \"result\":null }\n";

}  // namespace

TEST_CASE("the hash is SHA-256, whatever the size") {
  std::vector<std::uint8_t> bytes(100'003);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  for (std::size_t size = 0; size < bytes.size(); size += size < 300 ? 1 : 33'231) {
    Hash out{};
    gdlrt::sha256(bytes.data(), size, out.data());
    CHECK_MESSAGE(out == hash_of(bytes.data(), size), size);
  }
}

TEST_CASE("a record has the program, the options, the case as it was said, and the answer") {
  Asked a;
  const std::string text = kCase.substr(1);
  gdlrt_eval_options options{sizeof options, "pat\"ient", "de\xff", 123'456, 1,
                             nullptr,        0,           nullptr};
  std::string answer;
  REQUIRE(gdlrt_evaluate_json(a.program->get(), text.data(), text.size(), &options, test::append,
                              &answer, nullptr, nullptr) == GDLRT_OK);
  gdlrt::Audited e = a.program->audit(a.program->hash(), text, &options);
  REQUIRE(e.status == GDLRT_OK);
  CHECK(e.answer == answer);
  CHECK(e.problems.empty());
  CHECK(a.program->hash() == hash_of(a.bytes.data(), a.bytes.size()));
  json answered = json::parse(answer);
  std::string hash = shown(a.program->hash());
  std::string expected =
      R"({"audit":1,"runtime":"0.1.0","program":{"name":"everything","version":"1.0.0","source_hash":)" +
      answered["guideline"]["source_hash"].dump() + R"(,"file_hash":")" + hash +
      R"("},"options":{"audience":"pat\"ient","locale":{"bytes":"6465ff"},"steps":123456,"explain":true},)"
      R"("case":{"fever":true,"age":{"at_least":50},"weight":{"value":1.760e2,"unit":"[lb_av]"},"result":null},"answer":)" +
      answer.substr(0, answer.size() - 1) + "}\n";
  CHECK(e.record == expected);
  CHECK(json::parse(e.record)["answer"] == answered);

  // The same without a hash from the caller, and with none who listens to the answer.
  std::string record;
  CHECK(gdlrt_audit_json(a.program->get(), nullptr, text.data(), text.size(), &options,
                         test::append, &record, nullptr, nullptr, nullptr, nullptr) == GDLRT_OK);
  CHECK(record == expected);
}

TEST_CASE("a case that is refused stands in its record as it was, with its problems") {
  Asked a;
  for (const std::string& text :
       {std::string("{\"fever\":1,\n \"aeg\": 2}"), std::string("{\"fever\" \xc3"), std::string(),
        std::string("[\"\\\"\x01\xff\xfe\xe2\x82\"]"), std::string(R"({"drugs":["nothing"]})"),
        kCase}) {
    CAPTURE(text);
    std::string problems;
    REQUIRE(gdlrt_evaluate_json(a.program->get(), text.data(), text.size(), nullptr, test::append,
                                nullptr, test::append, &problems) == GDLRT_BAD_CASE);
    gdlrt::Audited e = a.program->audit(a.program->hash(), text);
    CHECK(e.status == GDLRT_BAD_CASE);
    CHECK(e.answer.empty());
    CHECK(e.problems == problems);
    REQUIRE(!e.record.empty());
    CHECK(e.record.find('\n') == e.record.size() - 1);
    json record = json::parse(e.record);
    CHECK(record["options"] ==
          json{{"audience", nullptr}, {"locale", nullptr}, {"steps", 0}, {"explain", false}});
    // Text that is no UTF-8 is no string of JSON: its bytes stand there.
    if (text.find_first_of("\xff\xc3") == std::string::npos) {
      CHECK(record["case"] == json(text));
    } else {
      std::string bytes;
      for (char c : text) bytes += fmt::format("{:02x}", static_cast<unsigned char>(c));
      CHECK(record["case"] == json{{"bytes", bytes}});
    }
    CHECK(!record.contains("answer"));
    CHECK(record["problems"] == json(test::lines(problems)));
  }
}

TEST_CASE("what is not on record is not told") {
  Asked a;
  for (const std::string& text : {std::string("{}"), std::string("{\"fever\":1}")}) {
    Heard record;
    Heard answer;
    Heard problems;
    record.refuses = true;
    CHECK(gdlrt_audit_json(a.program->get(), nullptr, text.data(), text.size(), nullptr,
                           Heard::hear, &record, Heard::hear, &answer, Heard::hear,
                           &problems) == GDLRT_STOPPED);
    CHECK((answer.text + problems.text).empty());
    // Who does not take the answer has its record.
    record.refuses = false;
    answer.refuses = problems.refuses = true;
    CHECK(gdlrt_audit_json(a.program->get(), nullptr, text.data(), text.size(), nullptr,
                           Heard::hear, &record, Heard::hear, &answer, Heard::hear,
                           &problems) == GDLRT_STOPPED);
    CHECK(json::parse(record.text)["audit"] == 1);
  }
  std::string out;
  CHECK(gdlrt_audit_json(a.program->get(), nullptr, "{}", 2, nullptr, nullptr, nullptr,
                         test::append, &out, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_audit_json(nullptr, nullptr, "{}", 2, nullptr, test::append, &out, nullptr, nullptr,
                         nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_audit_json(a.program->get(), nullptr, nullptr, 2, nullptr, test::append, &out,
                         nullptr, nullptr, nullptr, nullptr) == GDLRT_BAD_ARGUMENT);
  CHECK(out.empty());
  CHECK(gdlrt_program_hash(a.program->get(), nullptr) == GDLRT_BAD_ARGUMENT);
}

TEST_CASE("without memory there is no record and no answer") {
  Asked a;
  const std::string text = kCase.substr(1);
  std::size_t refused = 0;
  gdlrt::Audited whole = a.program->audit(a.program->hash(), text);
  REQUIRE(whole.status == GDLRT_OK);
  for (std::size_t size = 16;; size += size / 8 / 16 * 16 + 16) {
    auto* arena = static_cast<std::uint8_t*>(std::aligned_alloc(16, size));
    gdlrt_eval_options options{sizeof options, nullptr, nullptr, 0, 0, arena, size, nullptr};
    gdlrt::Audited e = a.program->audit(a.program->hash(), text, &options);
    std::free(arena);
    if (e.status == GDLRT_OK) {
      CHECK(e.record == whole.record);
      CHECK(e.answer == whole.answer);
      break;
    }
    CHECK(e.status == GDLRT_NO_MEMORY);
    CHECK((e.record + e.answer + e.problems).empty());
    ++refused;
  }
  CHECK(refused > 10);
}
