// `gdlc run` as its users see it: headers, rows that are none, hostile text, and output that is whole or not there.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "process.h"
#include "random.h"

using namespace gdl;
using nlohmann::json;

namespace {

const char* const kGuideline = R"(guideline pain "Pain" language 1 version 1.0.0
fact age "Age" : 0..120 years
fact fever "Fever" : 30.0..45.0 'Cel'
fact ulcer "Ulcer" : yes | no
fact drugs "Drugs" : set of warfarin | aspirin
action ibuprofen "Ibuprofen"
action paracetamol "Paracetamol"
decision relief for fever >= 38 'Cel'
rule young when age < 65 years and not ulcer and not (drugs includes warfarin) recommend ibuprofen
rule others when age >= 65 years or ulcer or drugs includes warfarin recommend paracetamol
)";

/// A folder with the guideline, in which gdlc runs.
class Bench : public test::Folder {
 public:
  Bench() { write("pain.gdl", kGuideline); }
  [[nodiscard]] test::Output csv(const std::string& text, const std::string& options = "") const {
    write("in.csv", text);
    return sh("gdlc run pain.gdl --input in.csv --output out.csv " + options);
  }
  /// What is there, sorted.
  [[nodiscard]] std::string files() const {
    std::vector<std::string> names;
    for (const auto& e : std::filesystem::directory_iterator(path())) {
      names.push_back(e.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& n : names) out += (out.empty() ? "" : " ") + n;
    return out;
  }
};

const std::string kHead =
    "row,relief.applies,relief.certain,relief.possible,relief.undecided,relief.gap,relief.stranded,"
    "relief.conflict\n";
const std::string kBadHead = "row,line,reason,text\n";

/// More than a pipe holds, and than a small limit of files allows.
std::string many_rows() {
  std::string out = "fever,ulcer\n";
  for (std::size_t i = 0; i < 20000; ++i) out += "39,yes\n";
  return out;
}

}  // namespace

TEST_CASE("run: rows and their answers") {
  Bench b;
  test::Output o = b.csv(
      "age,fever,ulcer,drugs\n"
      "40,39.5,no,[]\n"
      "70,39.5,no,aspirin;warfarin\r\n"
      "\n"
      ",39.5,no,[]\n"
      "40,36.0,,\n"
      "40,39.5,no,[]");
  CHECK(o.err ==
        "5 rows: 5 answered, 0 rejected; 1 empty line\n"
        "relief: applies to 4, gap 0, stranded 0, conflict 0\n");
  CHECK(o.status == 0);
  CHECK(b.read("out.csv") == kHead +
                                 "1,yes,recommend ibuprofen,,,no,no,no\n"
                                 "2,yes,recommend paracetamol,,,no,no,no\n"
                                 "3,yes,,recommend ibuprofen; recommend paracetamol,,no,no,no\n"
                                 "4,no,,,,no,no,no\n"
                                 "5,yes,recommend ibuprofen,,,no,no,no\n");
  CHECK(b.read("out.csv.rejected") == kBadHead);
  CHECK(b.files() == "in.csv out.csv out.csv.rejected pain.gdl");
}

// Facts are found by their names, whatever these are: also where no way was found to keep the names apart in their table.
TEST_CASE("run: every fact is found by its name") {
  std::vector<std::vector<std::string>> all = {
      {"frailty", "statin", "valve", "immunosuppressed", "inr", "cancer", "falls", "stent",
       "warfarin", "pain", "diuretic", "bleeding", "crackles", "smoker", "glucose", "depression",
       "rash", "height"}};
  test::Random random(1);
  for (std::size_t count : {20, 30, 38, 40, 48, 56, 63, 64, 65, 66, 80, 100, 150, 300}) {
    std::vector<std::string>& names = all.emplace_back();
    for (std::size_t i = 0; i < count; ++i) {
      std::string name;
      for (std::size_t n = 3 + random.below(14); n > 0; --n) {
        name += static_cast<char>('a' + random.below(26));
      }
      names.push_back(name + "_" + std::to_string(i));
    }
  }
  for (const std::vector<std::string>& names : all) {
    CAPTURE(names.size());
    test::Folder f;
    std::string text = "guideline names \"Names\" language 1 version 1.0.0\n";
    std::string yes = "when ";
    std::string head;
    std::string row;
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += "fact " + names[i] + " : yes | no default no\n";
      yes += (i > 0 ? " and " : "") + names[i];
      head += (i > 0 ? "," : "") + names[i];
      row += i > 0 ? ",yes" : "yes";
    }
    f.write("names.gdl", text + "action a\naction b\ndecision d \"D\"\nrule r " + yes +
                             " recommend a\nrule s unless " + yes.substr(5) + " recommend b\n");
    f.write("in.csv", "visit," + head + "\n3," + row + "\n");
    const test::Output o =
        f.sh("gdlc run names.gdl --input in.csv --output out.csv --ignore-extra");
    CHECK_MESSAGE(o.status == 0, o.err);
    CHECK(f.read("out.csv").find("1,yes,recommend a,,,no,no,no\n") != std::string::npos);
  }
}

TEST_CASE("run: an empty line leaves the row after it whole") {
  Bench b;
  for (const char* end : {"\n", "\r\n"}) {
    for (const char* before : {"", "40,39.5,no,[]"}) {
      const std::string rows = *before == '\0' ? "" : std::string(before) + end;
      const std::string row = std::string("40,39.5,no,[]") + end;
      const std::string head = std::string("age,fever,ulcer,drugs") + end;
      (void)b.csv(head + rows + row);
      const std::string want = b.read("out.csv");
      test::Output o = b.csv(head + rows + end + end + row);
      CHECK_MESSAGE(o.status == 0, o.err);
      CHECK(b.read("out.csv") == want);
      CHECK(o.err.find("2 empty lines") != std::string::npos);
    }
  }
}

TEST_CASE("run: what a field may say") {
  Bench b;
  auto answer = [&](const std::string& row) {
    test::Output o = b.csv("age,fever,ulcer,drugs.warfarin,drugs.aspirin\n" + row + "\n");
    CHECK_MESSAGE(o.status == 0, o.err);
    std::string out = b.read("out.csv");
    return out.substr(0, kHead.size()) == kHead ? out.substr(kHead.size()) : out;
  };
  const std::string young = "1,yes,recommend ibuprofen,,,no,no,no\n";
  const std::string other = "1,yes,recommend paracetamol,,,no,no,no\n";
  const std::string either = "1,yes,,recommend ibuprofen; recommend paracetamol,,no,no,no\n";
  CHECK(answer("40,39,no,no,no") == young);
  CHECK(answer("40,39,0,FALSE,False") == young);
  CHECK(answer("40,39,false,no,") == young);  // aspirin is not asked
  CHECK(answer("40,39,false,,no") == either);
  CHECK(answer("40,39,1,,") == other);
  CHECK(answer("<65,39,no,no,no") == young);
  CHECK(answer("\">= 65\",39,no,no,no") == other);
  CHECK(answer("<66,39,no,no,no") == either);
  CHECK(answer("\"{\"\"in\"\":[64,20]}\",39,no,no,no") == young);
  CHECK(answer("\"{\"\"value\"\":480,\"\"unit\"\":\"\"months\"\"}\",39,no,no,no") == young);
  CHECK(answer("40.0,3.9e1,no,no,no") == young);
  CHECK(answer("40,38.00000000000000000000000000001,no,no,no") == young);
  CHECK(answer("40,37.99999999999999999999999999999,no,no,no") == "1,no,,,,no,no,no\n");
  CHECK(answer("40,37.999999999,no,no,no") == "1,no,,,,no,no,no\n");
  CHECK(answer("64,\"77/2\",no,no,no") == young);
}

TEST_CASE("run: rows that are no cases are counted, told and kept") {
  Bench b;
  const std::string text =
      "who,age,fever,ulcer\n"
      "a,40,39.5,no\n"
      "b,140,39.5,maybe\n"
      "c,40,39.5\n"
      "\"d \"\"2\"\"\",40,39.5,no,1\n"
      "e,40,\"39.5\"x,no\n"
      "f,007,39.5,no\n"
      "g,40,39\"5,no\n"
      "h,\"4\n0\",39.5,no\n"
      "i,40,39.5,\"{\"\"in\"\":[]},\"\"age\"\":1\"\n"
      "j,40,39.5,\"no";
  test::Output o = b.csv(text, "--id who --format json");
  CHECK(o.status == 1);
  CHECK(json::parse(o.out)["summary"]["rejected"] == 9);
  CHECK(json::parse(o.out)["summary"]["rows"] == 10);
  std::string bad = b.read("out.csv.rejected");
  CHECK(bad.find("2,3,b,\"`age` is 140, outside its plausible range 0 to 120 years; `ulcer` is "
                 "true or false\",\"b,140,39.5,maybe\"\n") != std::string::npos);
  CHECK(bad.find("3,4,c,\"has 3 fields, the header has 4\",\"c,40,39.5\"\n") != std::string::npos);
  CHECK(bad.find("4,5,\"d \"\"2\"\"\",\"has 5 fields, the header has 4\",") != std::string::npos);
  CHECK(bad.find("\n8,9,h,") != std::string::npos);
  CHECK(bad.find("\n9,11,i,") != std::string::npos);
  CHECK(bad.find("10,12,j,has a quote that is never closed,\"j,40,39.5,\"\"no\"\n") !=
        std::string::npos);
  CHECK(o.err.find("gdlc: row 3 (line 4): has 3 fields, the header has 4\n") != std::string::npos);
  // Five are told, all are kept.
  CHECK(o.err.find("row 7") == std::string::npos);

  b.write("in.ndjson",
          "{\"who\":\"a\",\"age\":40,\"fever\":39,\"ulcer\":false,\"drugs\":[]}\n"
          "{\"who\":true,\"age\":40}\n"
          "{\"who\":1,\"age\":40,\"age\":41}\n"
          "{\"who\":2,\"age\":40,\"weight\":41}\n"
          "{\"who\":3,\"age\":40\n"
          "[]\n"
          "{\"who\":4,\"age\":\"40\",\"fever\":39,\"ulcer\":false,\"drugs\":{\"warfarin\":false}}");
  o = b.sh("gdlc run pain.gdl --input in.ndjson --output out.ndjson --id who");
  CHECK(o.status == 1);
  std::istringstream lines(b.read("out.ndjson.rejected"));
  std::string reasons;
  for (std::string line; std::getline(lines, line);) {
    json j = json::parse(line);
    reasons += j["row"].dump() + " " + j["id"].dump() + " " + j["reason"].get<std::string>() + "\n";
  }
  CHECK(reasons ==
        "2 null has an id that is no text, and no number that JSON readers take\n"
        "3 1 `age` is given twice\n"
        "4 2 there is no fact `weight`\n"
        "5 null `,` or `}` is expected\n"
        "6 null a case is an object: the names of facts and their values\n");
  const std::string answer =
      "\"decisions\":[{\"id\":\"relief\",\"applies\":\"yes\",\"gap\":\"no\",\"stranded\":\"no\","
      "\"conflict\":\"no\",\"offers\":[{\"verb\":\"recommend\",\"way\":[\"ibuprofen\"],\"status\":"
      "\"certain\"}]}]}\n";
  CHECK(b.read("out.ndjson") ==
        "{\"row\":1,\"id\":\"a\"," + answer + "{\"row\":7,\"id\":4," + answer);
}

TEST_CASE("run: headers") {
  Bench b;
  auto refused = [&](const std::string& text, const std::string& options = "") {
    test::Output o = b.csv(text, options);
    CHECK(o.status == 2);
    CHECK(b.files() == "in.csv pain.gdl");
    return o.err;
  };
  CHECK(refused("") == "gdlc: `in.csv`: the file is empty: its first line names the facts\n");
  CHECK(refused("\xef\xbb\xbf").find("is empty") != std::string::npos);
  CHECK(refused("age,fevr\n1,2\n") ==
        "gdlc: `in.csv`: the column `fevr` is no fact: did you mean `fever`?\n");
  CHECK(refused("Age\n1\n").find("did you mean `age`?") != std::string::npos);
  CHECK(refused("age,fever,age\n") ==
        "gdlc: `in.csv`: the column `age` stands twice in the header\n");
  CHECK(refused("age,drugs,drugs.aspirin\n").find("both name `drugs`") != std::string::npos);
  CHECK(refused("age,drugs.asprin\n")
            .find("the set `drugs` has no element `asprin`: did you mean `aspirin`?") !=
        std::string::npos);
  CHECK(refused("age;fever\n1;2\n").find("--delimiter ';'") != std::string::npos);
  CHECK(refused("age\n1\n", "--id patient").find("there is no column `patient`") !=
        std::string::npos);
  CHECK(refused("age,\"fev\"er\n1\n").find("quote") != std::string::npos);
  CHECK(refused("age\n1\n", "--delimiter ab").find("`--delimiter` is one character") !=
        std::string::npos);
  CHECK(refused(std::string("\xff\xfe") + "a").find("UTF-16") != std::string::npos);

  test::Output o = b.csv("age,fever");
  CHECK(o.status == 0);
  CHECK(b.read("out.csv") == kHead);
  o = b.csv("age;weight;fever;ulcer;drugs\n40;1;39;no;[]", "--delimiter ';' --ignore-extra");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(b.read("out.csv") == kHead + "1,yes,recommend ibuprofen,,,no,no,no\n");
  o = b.sh("gdlc run pain.gdl --input in.csv --output in.csv");
  CHECK(o.status == 2);
  o = b.sh("gdlc run pain.gdl --input in.csv --output out.csv --rejected ./out.csv");
  CHECK(o.status == 2);
  o = b.sh("gdlc run pain.gdl --input - --output out.csv");
  CHECK(o.status == 2);
  CHECK(o.err.find("--from") != std::string::npos);
  o = b.sh("gdlc run pain.gdl --input none.csv --output out2.csv");
  CHECK(o.err == "gdlc: cannot read `none.csv`: No such file or directory\n");
  CHECK(o.status == 2);
}

TEST_CASE("run: a column that may be a fact or an element is neither") {
  Bench b;
  b.write("lib.gdl", "fact brain \"Brain\" : yes | no\n");
  b.write("both.gdl",
          "guideline both \"Both\" language 1 version 1.0.0\n"
          "import \"lib.gdl\" as sites\n"
          "fact sites \"Sites\" : set of brain | bone\n"
          "action x \"X\"\n"
          "decision d partial\n"
          "rule r when sites.brain and sites includes brain recommend x\n");
  b.write("in.csv", "sites.brain,sites.bone\nyes,no\n");
  test::Output o = b.sh("gdlc run both.gdl --input in.csv --output out.csv");
  CHECK(o.status == 2);
  CHECK(
      o.err.find("the column `sites.brain` may be the fact of that name, or an element of the set "
                 "`sites`") != std::string::npos);
  b.write("in.ndjson", "{\"sites.brain\": true, \"sites\": [\"brain\"]}\n");
  o = b.sh("gdlc run both.gdl --input in.ndjson --output out.csv");
  CHECK(o.status == 0);
  CHECK(b.read("out.csv").find("recommend x") != std::string::npos);
}

TEST_CASE("run: from and to pipes") {
  Bench b;
  test::Output o =
      b.sh("gdlc run pain.gdl --input - --from csv --output - --to ndjson --rejected bad.ndjson",
           "fever,ulcer\n39,yes\n");
  CHECK(o.status == 0);
  CHECK(json::parse(o.out)["decisions"][0]["offers"][0]["way"][0] == "paracetamol");
  o = b.sh("gdlc run pain.gdl --input - --from csv --output - --to csv", "fever\n39\n");
  CHECK(o.status == 2);
  b.write("in.csv", "fever,ulcer\n39,yes\n");
  o = b.sh("gdlc run pain.gdl --input in.csv --output /dev/full --to csv --rejected bad");
  CHECK(o.err == "gdlc: cannot write `/dev/full`: No space left on device\n");
  CHECK(o.status == 2);
  CHECK(std::filesystem::is_character_file("/dev/full"));
  CHECK(b.files().find("tmp") == std::string::npos);
}

TEST_CASE("run: a standard stream that is closed has none of our files in its place") {
  Bench b;
  b.write("in.csv", "fever,ulcer\n39,yes\n");
  const std::string run = "gdlc run pain.gdl --format json --from csv --to csv ";
  CHECK(b.sh(run + "--input in.csv --output whole.csv").status == 0);
  test::Output o = b.sh("(" + run + "--input in.csv --output out.csv >&-)");
  CHECK(b.read("out.csv") == b.read("whole.csv"));
  o = b.sh("(" + run + "--input in.csv --output out2.csv <&- >&-)");
  CHECK(b.read("out2.csv") == b.read("whole.csv"));
  o = b.sh("(" + run + "--input - --output out3.csv <&-)");
  CHECK(o.status == 2);
  CHECK(o.err.find("cannot read") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(b.path() + "/out3.csv"));
}

TEST_CASE("run: a disk that is full leaves what was there") {
  Bench b;
  b.write("in.csv", many_rows());
  b.write("out.csv", "as it was");
  test::Output o =
      b.sh("(ulimit -f 200; gdlc run pain.gdl --input in.csv --output out.csv --rejected bad)");
  CHECK(o.err.find("gdlc: cannot write `out.csv`: File too large\n") != std::string::npos);
  CHECK(o.status == 2);
  CHECK(b.read("out.csv") == "as it was");
  CHECK(b.files() == "in.csv out.csv pain.gdl");
}

TEST_CASE("run: interrupted, nothing passes for a result") {
  Bench b;
  b.write("out.csv", "as it was");
  // The rows come slowly; the signal comes when the output has been begun.
  test::Output o = b.sh(
      "mkfifo rows; (echo fever,ulcer; yes 39,yes | head -n 400000; exec sleep 600) >rows & "
      "feeder=$!\n"
      "gdlc run pain.gdl --input rows --from csv --output out.csv & pid=$!\n"
      "for i in $(seq 600); do [ -e out.csv.rejected.tmp.$pid ] && break; sleep 0.1; done\n"
      "kill -TERM $pid; wait $pid; status=$?; kill $feeder; rm rows; exit $status");
  CHECK(o.status == 128 + 15);
  CHECK(o.err.find("gdlc: interrupted: nothing is written to `out.csv`\n") != std::string::npos);
  CHECK(b.read("out.csv") == "as it was");
  CHECK(b.files() == "out.csv pain.gdl");
}

TEST_CASE("run: the first signal ends it, also while it waits to write") {
  Bench b;
  b.write("in.csv", many_rows());
  // Nobody reads: the pipe fills. Wherever the one signal comes, it is not lost.
  test::Output o = b.sh(
      "mkfifo pipe; sleep 600 <pipe & reader=$!\n"
      "gdlc run pain.gdl --input in.csv --output - --to csv --rejected bad >pipe & pid=$!\n"
      "sleep 1; kill -TERM $pid\n"
      "for i in $(seq 600); do kill -0 $pid 2>/dev/null || break; sleep 0.1; done\n"
      "kill -KILL $pid 2>/dev/null; wait $pid; status=$?; kill $reader; rm pipe; exit $status");
  CHECK(o.status == 128 + 15);
  CHECK(o.err.find("gdlc: interrupted: not all is written to `-`\n") != std::string::npos);
  CHECK(b.files() == "in.csv pain.gdl");
}

TEST_CASE("run: both files take their places, or neither") {
  Bench b;
  b.write("out.csv.rejected", "as it was");
  // When all has been written but the last row, a folder stands where the answers are to go.
  const std::string run =
      "mkfifo rows; (echo fever,ulcer; echo 99,yes; yes 39,yes | head -n 400000\n"
      "for i in $(seq 600); do ls out.csv.tmp.* >/dev/null 2>&1 && break; sleep 0.1; done\n"
      "mkdir out.csv; echo 39,yes) >rows &\n"
      "gdlc run pain.gdl --input rows --from csv --output out.csv; status=$?\n"
      "rmdir out.csv; rm rows; exit $status";
  test::Output o = b.sh(run);
  CHECK(o.status == 2);
  CHECK(o.err.find("gdlc: cannot write `out.csv`: Is a directory\n") != std::string::npos);
  CHECK(b.read("out.csv.rejected") == "as it was");
  CHECK(b.files() == "out.csv.rejected pain.gdl");
  std::filesystem::remove(b.at("out.csv.rejected"));
  CHECK(b.sh(run).status == 2);
  CHECK(b.files() == "pain.gdl");
}

TEST_CASE("run: what a process that was killed left behind is in nobody's way") {
  Bench b;
  b.write("in.csv", "fever,ulcer\n39,yes\n");
  // The shell becomes gdlc: the number is the same.
  test::Output o = b.sh(
      "sh -c 'echo left >out.csv.tmp.$$; echo left >out.csv.rejected.tmp.$$\n"
      "exec gdlc run pain.gdl --input in.csv --output out.csv'");
  CHECK(o.status == 0);
  CHECK(b.read("out.csv").rfind(kHead, 0) == 0);
  CHECK(b.read("out.csv.rejected") == kBadHead);
  o = b.sh("ln -s nowhere link; gdlc run pain.gdl --input in.csv --output link --to csv");
  CHECK(o.status == 2);
  CHECK(o.err == "gdlc: cannot write `link`: it is a link that leads nowhere\n");
  CHECK(std::filesystem::is_symlink(b.at("link")));
}

TEST_CASE("run: a row too long is one bad row, and all of it is kept") {
  Bench b;
  // Characters of one, two, three and four bytes, so that whatever is read at once ends within one.
  std::string huge;
  while (huge.size() < std::size_t{17} << 20) huge += "x\u00e4\u2264\U0001f600\r";
  const std::string row = "39,\"" + huge + "\n\",";
  test::Output o = b.csv("fever,ulcer\n39,yes\n" + row + "\r\n39,yes\n");
  CHECK(o.status == 1);
  CHECK(o.err.find("row 2 (line 3): is longer than 16777216 bytes (is a quote not closed?)") !=
        std::string::npos);
  std::string quoted = row;
  for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2)
    quoted.insert(at, 1, '"');
  CHECK((b.read("out.csv.rejected") ==
         kBadHead + "2,3,is longer than 16777216 bytes (is a quote not closed?),\"" + quoted +
             "\"\n"));
  b.write("in.csv", "fever,ulcer\n39,yes\n" + row + "\r\n39,yes\n");
  o = b.sh("gdlc run pain.gdl --input in.csv --output out.ndjson");
  CHECK((json::parse(b.read("out.ndjson.rejected"))["text"] == row));
  // A quote that nothing closes: the rest of the file is that row.
  b.write("in.csv", "fever,ulcer\n39,yes\n39,\"" + huge);
  o = b.sh("gdlc run pain.gdl --input in.csv --output out.ndjson");
  CHECK((json::parse(b.read("out.ndjson.rejected"))["text"] ==
         "39,\"" + huge.substr(0, huge.size() - 1)));
  b.write("in.ndjson", "{\"fever\":39}\n" + huge + "\n{\"fever\":40}\n");
  o = b.sh("gdlc run pain.gdl --input in.ndjson --output out.csv");
  CHECK(o.err.find("row 2 (line 2): is longer than 16777216 bytes\n") != std::string::npos);
  CHECK((b.read("out.csv.rejected") == kBadHead + "2,2,is longer than 16777216 bytes,\"" +
                                           huge.substr(0, huge.size() - 1) + "\"\n"));
  o = b.csv("fever,ulcer\n39,yes\n39,\"" + huge + "\n\",\n39,yes\n");
  CHECK(b.read("out.csv") == kHead +
                                 "1,yes,recommend paracetamol,,,no,no,no\n"
                                 "3,yes,recommend paracetamol,,,no,no,no\n");
  o = b.csv("fever,ulcer\n39,yes\n39," + std::string(std::size_t{3} << 20, 'x') + "\n39,yes\n");
  CHECK(o.status == 1);
  CHECK(o.err.find("row 2 (line 3): `ulcer` is true or false") != std::string::npos);
  CHECK(b.read("out.csv.rejected").size() > (std::size_t{3} << 20));
}

TEST_CASE("run: hostile text") {
  // Whatever stands in a file: each row is answered or rejected, once, and in order.
  Bench b;
  test::Random r(17);
  std::string sound = "who,age,fever,ulcer,drugs\n";
  for (std::size_t i = 0; i < 30; ++i) {
    sound += std::to_string(i) + "," + std::to_string(r.below(121)) + ",3" +
             std::to_string(r.below(10)) + ".5," + (r.one_in(2) ? "yes" : "no") +
             (r.one_in(2) ? ",\"warfarin;aspirin\"\r\n" : ",aspirin\n");
  }
  static const char kBytes[] = "\",\n\r;{}[]<0.9-e\\\x00\xff\xc3x";
  std::size_t answered = 0;
  std::size_t rejected = 0;
  for (std::size_t round = 0; round < 60; ++round) {
    std::string text = sound;
    std::size_t head = text.find('\n') + 1;
    for (std::size_t n = 1 + r.below(12); n > 0; --n) {
      std::size_t at = head + r.below(text.size() - head);
      char c = kBytes[r.below(sizeof kBytes - 1)];
      switch (r.below(3)) {
        case 0: text[at] = c; break;
        case 1: text.insert(at, 1, c); break;
        default: text.erase(at, 1 + r.below(5));
      }
    }
    CAPTURE(text);
    b.write("in.csv", text);
    test::Output o =
        b.sh("gdlc run pain.gdl --input in.csv --output out.ndjson --id who --format json");
    REQUIRE_MESSAGE((o.status == 0 || o.status == 1), o.err);
    json summary = json::parse(o.out)["summary"];
    std::map<std::size_t, int> seen;
    for (const char* name : {"out.ndjson", "out.ndjson.rejected"}) {
      std::istringstream out(b.read(name));
      std::size_t last = 0;
      for (std::string line; std::getline(out, line);) {
        std::size_t row = json::parse(line)["row"];
        CHECK(row > last);
        last = row;
        ++seen[row];
      }
    }
    CHECK(seen.size() == summary["rows"].get<std::size_t>());
    for (const auto& [row, times] : seen) CHECK(times == 1);
    CHECK((seen.empty() || seen.rbegin()->first == seen.size()));
    answered += summary["answered"].get<std::size_t>();
    rejected += summary["rejected"].get<std::size_t>();
  }
  CHECK(answered > 500);
  CHECK(rejected > 50);
}
