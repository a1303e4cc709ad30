// What `gdlc check` offers to paste, pasted: for every golden file each `fix` and each of the `choices` of a
// finding is put into a copy of the file, which is checked again. A fix and a choice without `...` compile and
// leave the finding out. One with `...` does not compile before a person has put something in its place.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "generate.h"
#include "load.h"
#include "process.h"

using namespace gdl;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<json> findings(const std::string& file, const std::string& folder) {
  std::vector<json> out;
  std::istringstream lines(test::run("gdlc check --format json " + file, folder).out);
  for (std::string line; std::getline(lines, line);) {
    json j = json::parse(line);
    if (!j.contains("summary")) out.push_back(std::move(j));
  }
  return out;
}

/// The byte at which a line and column (code points from 1) stand.
std::size_t offset(const std::string& text, std::size_t line, std::size_t column) {
  std::size_t at = text.rfind("\xef\xbb\xbf", 0) == 0 ? 3 : 0;
  for (; line > 1; --line) at = text.find('\n', at) + 1;
  for (; column > 1; --column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80) ++at;
  }
  return at;
}

std::string edited(const std::string& text, const json& fix, const std::string& replacement) {
  std::size_t begin = offset(text, fix["line"], fix["column"]);
  std::size_t end = offset(text, fix["end_line"], fix["end_column"]);
  return text.substr(0, begin) + replacement + text.substr(end);
}

/// What an editor might put in the place of `...`.
std::string filled(std::string text) {
  const std::pair<const char*, const char*> places[] = {
      {"rule ...", "rule filled"},
      {"recommend ...", "no recommendation because \"filled\""},
      {"because ...", "because \"filled\""},
      {"| ...", "| filled"},
  };
  for (const auto& [from, to] : places) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += 1) {
      text.replace(at, std::string(from).size(), to);
    }
  }
  return text;
}

/// The text does not mean anything: syntax, names, types, numbers, headers.
bool broken(const json& finding) {
  std::string code = finding["code"];
  return finding["severity"] == "error" && (code < "GDL4000" || code.rfind("GDL5", 0) == 0);
}

/// How often each finding is made.
std::map<std::string, int> counted(const std::vector<json>& all, bool (*which)(const json&)) {
  std::map<std::string, int> out;
  for (const json& f : all) {
    if (which(f)) ++out[f["code"].get<std::string>() + " " + f["message"].get<std::string>()];
  }
  return out;
}

class Copy {
 public:
  explicit Copy(const fs::path& file) : name_(file.filename().string()) {
    fs::copy(file.parent_path(), folder_.path(), fs::copy_options::recursive);
  }
  /// The findings with one file changed.
  std::vector<json> with(const std::string& file, const std::string& text) {
    std::string path = folder_.path() + "/" + file;
    std::string before = test::read(path);
    test::write(path, text);
    std::vector<json> out = findings(name_, folder_.path());
    test::write(path, before);
    return out;
  }
  std::string text(const std::string& file) { return test::read(folder_.path() + "/" + file); }

 private:
  test::Folder folder_;
  std::string name_;
};

bool any(const json&) { return true; }

/// Pastes one text that is offered for a finding.
void paste(Copy& copy, const std::vector<json>& before, const json& finding, const json& fix) {
  CAPTURE(finding["message"].get<std::string>());
  CAPTURE(fix.dump());
  std::string file = fix["file"];
  std::string text = copy.text(file);
  std::string replacement = fix["replacement"];
  bool fill = fix.value("fill", false);
  CHECK(fill == (replacement.find("...") != std::string::npos));
  CHECK(!fix["description"].get<std::string>().empty());
  if (fill) {
    std::vector<json> raw = copy.with(file, edited(text, fix, replacement));
    CHECK_MESSAGE(std::any_of(raw.begin(), raw.end(), broken), "`...` must not compile");
    replacement = filled(replacement);
  }
  std::string now = edited(text, fix, replacement);
  std::vector<json> after = copy.with(file, now);
  std::string key =
      finding["code"].get<std::string>() + " " + finding["message"].get<std::string>();
  CHECK_MESSAGE(counted(after, any)[key] < counted(before, any)[key], now);
  if (broken(finding)) {
    // One mistake may have hidden another.
    CHECK(std::count_if(after.begin(), after.end(), broken) <=
          std::count_if(before.begin(), before.end(), broken));
    return;
  }
  std::map<std::string, int> was = counted(before, broken);
  for (const auto& [what, n] : counted(after, broken)) {
    CHECK_MESSAGE(n <= was[what], "a new mistake: " << what << "\n" << now);
  }
}

}  // namespace

TEST_CASE("what is offered to paste settles the finding") {
  std::set<std::string> fixes, choices;
  for (const auto& e : fs::recursive_directory_iterator(GDL_TESTS_DIR "/golden")) {
    fs::path p = e.path();
    if (p.extension() != ".gdl" || p.filename().string()[0] == '_') continue;
    CAPTURE(p.string());
    std::vector<json> before = findings(p.filename().string(), p.parent_path().string());
    bool offers = std::any_of(before.begin(), before.end(), [](const json& f) {
      return f.contains("fix") || f.contains("choices");
    });
    if (!offers) continue;
    Copy copy(p);
    for (const json& f : before) {
      if (f.contains("fix")) {
        fixes.insert(f["name"]);
        CHECK(!f["fix"].contains("fill"));
        paste(copy, before, f, f["fix"]);
      }
      for (const json& c : f.value("choices", json::array())) {
        choices.insert(f["name"]);
        paste(copy, before, f, c);
      }
    }
  }
  auto list = [](const std::set<std::string>& names) {
    std::string out;
    for (const std::string& n : names) out += n + " ";
    return out;
  };
  // What is certain cannot alter the meaning of anything that compiled before.
  CHECK(list(fixes) == "syntax-error unknown-name useless-accept ");
  CHECK(list(choices) ==
        "bad-unit conflict exclusive-conflict gap incomplete-definition overlap parameter-conflict "
        "stranded syntax-error unknown-name unnamed-rule ");
}

namespace {

/// The findings of a text, counted by code and message; `broken`: only those that keep it from compiling.
std::map<std::string, int> found(const driver::Compilation& c, bool errors_of_text) {
  std::map<std::string, int> out;
  for (const diag::Diagnostic& d : c.sink.items()) {
    std::string code = diag::code_text(d.code);
    bool text = d.severity == diag::Severity::error &&
                (code < "GDL4000" || code.rfind("GDL5", 0) == 0 || code.rfind("GDL9", 0) == 0);
    if (!errors_of_text || text) ++out[code + " " + d.message];
  }
  return out;
}

std::string pasted(const std::string& text, const SourceMap& sources, const diag::Fix& fix) {
  diag::Edit edit = diag::edit_of(sources, fix);
  return text.substr(0, edit.span.begin) + filled(edit.text) + text.substr(edit.span.end);
}

}  // namespace

TEST_CASE("so does what is offered for random guidelines") {
  std::map<diag::Code, int> tried;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    test::Shape shape;
    shape.rules = 3 + seed % 4;
    std::string text = test::Generator(seed, shape).run();
    driver::Compilation c = test::check(text);
    REQUIRE(!c.type_errors);
    std::map<std::string, int> before = found(c, false);
    for (const diag::Diagnostic& d : c.sink.items()) {
      std::vector<diag::Fix> all = d.choices;
      if (d.fix.has_value()) all.push_back(*d.fix);
      for (const diag::Fix& fix : all) {
        ++tried[d.code];
        std::string now = pasted(text, c.sources, fix);
        CAPTURE(d.message);
        CAPTURE(fix.replacement);
        driver::Compilation after = test::check(now);
        std::string key = diag::code_text(d.code) + " " + d.message;
        CHECK_MESSAGE(found(after, true).empty(), test::messages(after) << now);
        CHECK_MESSAGE(found(after, false)[key] < before[key], test::messages(after) << now);
      }
    }
  }
  for (diag::Code code :
       {diag::Code::gap, diag::Code::stranded, diag::Code::conflict, diag::Code::exclusive_conflict,
        diag::Code::overlap, diag::Code::parameter_conflict, diag::Code::useless_accept}) {
    CAPTURE(diag::info(code).name);
    CHECK(tried[code] > 3);
  }
}
