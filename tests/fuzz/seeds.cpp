// See targets.h. All paths are sorted, so that the seeds are the same on every machine.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "compile.h"
#include "generate.h"
#include "targets.h"

namespace gdl::fuzz {

namespace {

const std::string kSource = GDL_SOURCE_DIR;
/// Larger guidelines make a fuzzer slow, and say nothing that smaller ones do not.
constexpr std::size_t kLongest = 6000;
constexpr std::uint64_t kGenerated = 24;

/// Empty where there is no such file: some golden files import what is missing, or a folder.
std::string read(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return "";
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::string> files_below(const std::string& folder, const std::string& extension) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource + "/" + folder)) {
    if (entry.path().extension() == extension) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// A guideline with the files that it imports and includes, as one input.
std::string with_parts(const std::string& path) {
  std::string out = read(path);
  std::string folder = std::filesystem::path(path).parent_path().string();
  std::set<std::string> seen;
  static const std::regex part("(?:import|include) \"([^\"]+)\"");
  for (std::sregex_iterator i(out.begin(), out.end(), part), end; i != end; ++i) {
    seen.insert((*i)[1]);
  }
  for (const std::string& name : seen) out += kNextFile + name + "\n" + read(folder + "/" + name);
  return out;
}

std::string generated(std::uint64_t seed, std::size_t facts) {
  return test::Generator(seed, {facts, 2, facts / 2, facts, true, true, true, 1}).run();
}

std::string built(const std::string& text, bool strip) {
  driver::Compilation c = load(text);
  if (c.type_errors) return "";
  std::vector<std::uint8_t> bytes = driver::build(c, {strip, true});
  return std::string(bytes.begin(), bytes.end());
}

/// Cases as the golden files of `eval` have them, those of the guidelines, and one of each form.
std::vector<std::string> cases() {
  std::vector<std::string> out = {
      "{}",
      R"({"fever":null,"age":{"in":[1,2]},"weight":{"at_least":3,"below":9.5}})",
      R"({"weight":{"value":7e1,"unit":"kg"},"drugs":{"ssri":true,"warfarin":null}})",
      R"({"severity":{"not":"mild"},"age":{"not":[1,2]},"result":{"above":1,"at_most":2}})",
      R"({"f0":true,"f1":"v1_0","f2":["v2_0"],"f3":1,"f4":0.5,"f5":{"at_most":1}})",
  };
  static const std::regex echoed("echo '([^']*)'");
  for (const std::string& path : files_below("tests/golden/eval", ".cmd")) {
    std::string text = read(path);
    for (std::sregex_iterator i(text.begin(), text.end(), echoed), end; i != end; ++i) {
      out.push_back((*i)[1]);
    }
  }
  for (const std::string& path : files_below("guidelines", ".json")) out.push_back(read(path));
  return out;
}

/// Rows of the guideline: with first values, with other ones, with nothing, and in the ways that a field may be written.
std::string csv_of(const std::string& text, bool id, char delimiter) {
  driver::Compilation c = load(text);
  std::string out = id ? "id" : "";
  std::string rows[5];
  for (std::size_t i = 0; i < 5 && id; ++i) rows[i] = "\"a " + std::to_string(i) + "\"";
  for (std::size_t i = 0; i < c.model->facts.size(); ++i) {
    const sema::Fact& f = c.model->facts[sema::FactId(i)];
    const bool named = !f.enumerators.empty();
    const std::string first = named ? f.enumerators.front().name : "1";
    const std::string last = named ? f.enumerators.back().name : "0.5";
    const bool set = f.kind == sema::FactKind::set;
    const std::string odd = set          ? first + ";" + last
                            : named      ? first + "|" + last
                            : i % 2 == 0 ? "<=7"
                                         : "{\"in\":[1,2]}";
    const std::string fields[5] = {first, last, "", "\"" + first + "\"",
                                   odd.find('"') == std::string::npos ? odd : "[]"};
    if (!out.empty()) out += delimiter;
    out += f.name;
    for (std::size_t k = 0; k < 5; ++k) {
      if (i > 0 || id) rows[k] += delimiter;
      rows[k] += fields[k];
    }
  }
  out += "\n";
  for (const std::string& row : rows) out += row + (id ? "\r\n" : "\n");
  return out;
}

void add_word(std::set<std::string>& words, const std::string& word) {
  bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < 127; });
  if (!plain || word.empty()) return;
  std::string quoted;
  for (char c : word) quoted += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
  words.insert("\"" + quoted + "\"\n");
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += word;
  return out;
}

}  // namespace

const std::vector<std::string>& subjects() {
  static const std::vector<std::string> all = {
      read(kSource + "/tests/runtime/everything.gdl"),
      read(kSource + "/tests/golden/eval/_pain.gdl"),
      with_parts(kSource + "/guidelines/nsclc/nsclc.gdl"),
      with_parts(kSource + "/guidelines/news2/news2.gdl"),
      generated(1, 4),
      generated(2, 4),
  };
  return all;
}

std::vector<Seed> seeds() {
  std::vector<Seed> out;
  auto add = [&](const char* target, const std::string& bytes) {
    if (!bytes.empty()) out.push_back({target, std::to_string(out.size()), bytes});
  };
  std::vector<std::string> texts;
  for (const char* folder : {"tests/golden", "guidelines"}) {
    for (const std::string& path : files_below(folder, ".gdl")) texts.push_back(with_parts(path));
  }
  texts.push_back(subjects()[0]);
  for (std::uint64_t seed = 1; seed <= kGenerated; ++seed) texts.push_back(generated(seed, 2));
  for (const std::string& text : texts) {
    if (text.size() > kLongest) continue;
    add("syntax", text);
    if (std::string bytes = built(text, false); bytes.size() <= 2 * kLongest) add("program", bytes);
  }
  add("program", built(subjects()[0], true));
  for (const std::string& json : cases()) {
    for (std::size_t i = 0; i < subjects().size(); ++i) {
      add("case", static_cast<char>(i) + json);
    }
  }
  auto add_rows = [&](std::size_t subject, unsigned how, const std::string& text) {
    add("rows", static_cast<char>(static_cast<std::uint8_t>(subject | how)) + text);
  };
  std::string lines;
  for (const std::string& json : cases()) {
    std::string line = json;
    std::replace(line.begin(), line.end(), '\n', ' ');
    lines += line + "\n";
  }
  for (std::size_t i = 0; i < subjects().size(); ++i) {
    add_rows(i, 0, csv_of(subjects()[i], false, ','));
    add_rows(i, kAnswer, csv_of(subjects()[i], false, ','));
    add_rows(i, kAnswer | kId | kIgnoreExtra, csv_of(subjects()[i], true, ','));
    add_rows(i, kId | kSemicolon, csv_of(subjects()[i], true, ';'));
    add_rows(i, kJson, lines);
    add_rows(i, kJson | kAnswer | kIgnoreExtra, lines);
  }
  return out;
}

std::string syntax_words() {
  std::set<std::string> words;
  std::string grammar = read(kSource + "/grammar/Gdl.g4");
  static const std::regex literal("'([A-Za-z.<>=!|+,:(){}%-]+)'");
  for (std::sregex_iterator i(grammar.begin(), grammar.end(), literal), end; i != end; ++i) {
    add_word(words, (*i)[1]);
  }
  return joined(words);
}

std::string case_words() {
  std::set<std::string> words;
  for (const char* word : {"in", "not", "below", "at_most", "above", "at_least", "value", "unit"}) {
    add_word(words, "\"" + std::string(word) + "\":");
  }
  for (const char* word : {"null", "true", "false", "{}", "[]", "1e9", "-0.5"})
    add_word(words, word);
  for (const std::string& text : subjects()) {
    driver::Compilation c = load(text);
    for (std::size_t i = 0; i < c.model->facts.size(); ++i) {
      const sema::Fact& f = c.model->facts[sema::FactId(i)];
      add_word(words, "\"" + f.name + "\":");
      for (const auto& e : f.enumerators) add_word(words, "\"" + e.name + "\"");
    }
  }
  return joined(words);
}

void broken(const std::string& what) {
  std::fprintf(stderr, "broken: %s\n", what.c_str());
  std::abort();
}

}  // namespace gdl::fuzz
