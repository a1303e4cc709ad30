// Figures and rows, and a tiny run of the whole.
#include "rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "process.h"
#include "program.h"

using namespace gdl;
using nlohmann::json;

TEST_CASE("a part counts with the median of its rounds") {
  // Three rounds of four parts, of which one is disturbed once.
  bench::Times times({{1, 2, 3, 4}, {1, 2, 3, 400}, {1, 2, 3, 10}});
  CHECK(times.at(0.5).value == 3);
  CHECK(times.at(1).value == 10);
  CHECK(times.at(0).value == 1);
  CHECK(times.mean().value == 4);
  CHECK(times.mean().low == 2.5);
  CHECK(times.mean().high == 101.5);
  CHECK(times.at(1).low == 4);
  CHECK(times.at(1).high == 400);
}

TEST_CASE("works take turns, and the first round does not count") {
  std::string order;
  auto times = bench::measure({{2, [&](std::size_t i) { order += static_cast<char>('a' + i); }},
                               {1, [&](std::size_t) { order += '-'; }}},
                              2);
  CHECK(order == "ab-ab-ab-");
  CHECK(times.size() == 2);
}

TEST_CASE("a row as text and as JSON") {
  bench::Row r = bench::row("runtime", "one", {123456, 100000, 200000}, bench::kMicroseconds, 100);
  r.baseline = "two: 1 us";
  CHECK(
      bench::json_of(r) ==
      R"({"bench":"runtime","work":"one","value":123.5,"unit":"us","baseline":"two: 1 us","goal":100.0,"met":false,"low":100.0,"high":200.0})");
  CHECK(bench::text_of(r).find("missed  (two: 1 us)") != std::string::npos);
  CHECK(bench::text_of(bench::row("runtime", "one", {4.321e8, 0, 4.4e8}, bench::kMicroseconds))
            .find(" 432100 us") != std::string::npos);
  r.goal = 123.5;
  CHECK(json::parse(bench::json_of(r))["met"] == true);
  r.whole = false;
  CHECK(json::parse(bench::json_of(r))["met"] == false);
  r.goal = std::nullopt;
  CHECK(json::parse(bench::json_of(r))["met"].is_null());
  CHECK(bench::text_of(r).find("met") == std::string::npos);
}

TEST_CASE("a tiny run gives every row") {
  test::Folder folder;
  test::Output run = test::run(
      "gdlbench all --json --rounds 1 --cases 2 --sizes --divide 100 --effort 20000 --seconds 1 "
      "--plot plot.svg --table table.md",
      folder.path());
  CHECK(run.err == "");
  REQUIRE(run.status == 0);
  std::set<std::string> works;
  std::size_t goals = 0;
  for (const json& row : test::lines(run.out)) {
    CHECK(row["value"].get<double>() > 0);
    CHECK(row["low"].get<double>() <= row["high"].get<double>());
    CHECK(works.insert(row["bench"].get<std::string>() + ": " + row["work"].get<std::string>())
              .second);
    goals += row["goal"].is_null() ? 0 : 1;
  }
  // What is written by hand is built by every compiler that there is, of two.
  CHECK((works.size() == 174 || works.size() == 203));
  CHECK(goals == 44);
  const std::string table = test::read(folder.path() + "/table.md");
  CHECK(std::count(table.begin(), table.end(), '\n') == 15);  // two of five sizes
  std::string plot = test::read(folder.path() + "/plot.svg");
  CHECK(plot.rfind("<svg ", 0) == 0);
  std::size_t points = 0;
  for (std::size_t at = 0; (at = plot.find("<circle ", at)) != std::string::npos; ++at) ++points;
  CHECK(points == 30);  // six lines over five sizes
}

TEST_CASE("a wrong call is refused") {
  CHECK(test::run("gdlbench everything", ".").status == 2);
  CHECK(test::run("gdlbench --rounds 0", ".").status == 2);
  CHECK(test::run("gdlbench --help", ".").status == 0);
}
