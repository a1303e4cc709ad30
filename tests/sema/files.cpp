// A guideline of many files is one guideline, however many threads read it.
#include <set>

#include "guideline.h"
#include "random.h"
#include "support/limits.h"

using namespace gdl;
using namespace gdl::test;

namespace {

std::string file(std::size_t i) { return "f" + std::to_string(i) + ".gdl"; }

/// A tree of files, each named by one before it. Some have mistakes: in their text, in what they name, or in its place.
std::map<std::string, std::string> tree(std::uint64_t seed, std::size_t count) {
  Random r(seed);
  std::map<std::string, std::string> all;
  all["main.gdl"] = kHeader + "fact p \"P\" : yes | no\n";
  auto any = [&](std::size_t below) {
    return below == 0 ? std::string("main.gdl") : file(r.below(below));
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    std::string parent = r.below(2) == 0 ? "main.gdl" : any(i);
    all[parent] += "include \"" + file(i) + "\"\n";
    std::string& text = all[file(i)];
    for (std::size_t k = r.below(20); k > 0; --k) text += "# nothing but length\n";
    text +=
        "action a" + n + " \"A\"\ndecision d" + n + " \"D\"\nrule r when p recommend a" + n + "\n";
    switch (r.below(40)) {
      case 0: text += "rule s when recommend a" + n + "\n"; break;
      case 1: text += "rule s when q recommend a" + n + "\n"; break;
      case 2: text += "include \"none.gdl\"\n"; break;
      case 3: text += "include \"" + any(i) + "\"\n"; break;
      case 4: text += "include \"../out.gdl\"\n"; break;
      case 5: text += "\x01"; break;
      default: break;
    }
  }
  return all;
}

std::string all_of(const driver::Compilation& c) { return messages(c) + sema::dump(*c.model); }

}  // namespace

TEST_CASE("however many threads read the files, they are the same guideline") {
  std::size_t good = 0, errors = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto all = tree(seed, 1 + seed % 30);
    sema::Options one, many;
    one.threads = 1;
    many.threads = 7;
    const driver::Compilation c = driver::load("main.gdl", files(all), one);
    CHECK(all_of(c) == all_of(driver::load("main.gdl", files(all), many)));
    (c.type_errors ? errors : good) += 1;
  }
  CHECK(good > 5);
  CHECK(errors > 20);
}

TEST_CASE("each file is asked for once, so that one which changes meanwhile is one file") {
  const auto all = tree(3, 20);
  std::multiset<std::string> asked;
  driver::load("main.gdl",
               [&](const std::string& path) {
                 asked.insert(path);
                 return files(all)(path);
               },
               {});
  CHECK(asked.size() > 20);
  for (const std::string& path : asked) CHECK(asked.count(path) == 1);
}

TEST_CASE("one file more than there may be is one error, where it is named") {
  const auto most = static_cast<std::size_t>(limits::files);
  std::map<std::string, std::string> all;
  std::string& main = all["main.gdl"];
  main = "fact p \"P\" : yes | no\naction a \"A\"\ndecision d \"D\"\nrule r when p recommend a\n";
  for (std::size_t i = 1; i < most; ++i) {
    main += "include \"" + file(i) + "\"\n";
    all[file(i)] = "remark \"R\"\n";
  }
  CHECK(found_in(all) == "");
  // What it declares is missing then, which is not said once more.
  main += "include \"" + file(most) + "\"\nrule s when q recommend a\n";
  all[file(most)] = "fact q \"Q\" : yes | no\n";
  CHECK(found_in(all) == "too-many at `\"" + file(most) + "\"`");
}
