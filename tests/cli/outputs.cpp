// Where gdlc writes: a file is replaced whole, what a link leads to and not the link, and a pipe or a device is written to.
#include <doctest/doctest.h>

#include <filesystem>

#include "process.h"

using namespace gdl;
namespace fs = std::filesystem;

namespace {

const char* const kGuideline = R"(guideline pain "Pain" language 1 version 1.0.0
fact fever "Fever" : yes | no
action paracetamol "Paracetamol"
decision relief for fever
rule feverish when fever recommend paracetamol
)";

/// A folder with the guideline and its program.
class Place : public test::Folder {
 public:
  Place() {
    write("pain.gdl", kGuideline);
    REQUIRE(sh("gdlc build pain.gdl -o plain.gdlb").status == 0);
    program_ = read("plain.gdlb");
  }
  [[nodiscard]] const std::string& program() const { return program_; }

 private:
  std::string program_;
};

}  // namespace

TEST_CASE("a pipe is written to, and is there afterwards") {
  Place p;
  // A device would be the same; one that a fault replaced would be missed by everybody.
  test::Output o = p.sh("mkfifo pipe && (cat pipe > got & gdlc build pain.gdl -o pipe; wait)");
  CHECK(fs::is_fifo(p.at("pipe")));
  CHECK(test::read(p.at("got")) == p.program());
  o = p.sh("(cat pipe > json & gdlc check pain.gdl --output json=pipe; wait)");
  CHECK(fs::is_fifo(p.at("pipe")));
  CHECK(test::read(p.at("json")).rfind("{", 0) == 0);
}

TEST_CASE("a link stays a link") {
  Place p;
  test::write(p.at("real"), "old");
  fs::create_symlink("real", p.at("link"));
  CHECK(p.sh("gdlc build pain.gdl -o link").status == 0);
  CHECK(fs::is_symlink(p.at("link")));
  CHECK(test::read(p.at("real")) == p.program());
}

TEST_CASE("- is standard output, where nothing else goes") {
  Place p;
  test::Output o = p.sh("gdlc build pain.gdl -o -");
  CHECK(o.status == 0);
  CHECK(o.out == p.program());
  CHECK_FALSE(fs::exists(p.at("-")));
}

TEST_CASE("what cannot be written leaves everything as it was") {
  Place p;
  CHECK(p.sh("gdlc build pain.gdl -o .").status == 2);
  CHECK(p.sh("gdlc build pain.gdl -o no/where").status == 2);
  test::write(p.at("broken.gdl"), std::string(kGuideline) + "rule\n");
  test::write(p.at("old"), "old");
  CHECK(p.sh("gdlc build broken.gdl -o old").status == 1);
  CHECK(test::read(p.at("old")) == "old");
  // A guideline is no place for what is made of it, under whatever name.
  fs::create_symlink("pain.gdl", p.at("link"));
  for (const char* command :
       {"gdlc build pain.gdl -o pain.gdl", "gdlc build pain.gdl -o part.gdl",
        "gdlc build pain.gdl -o link", "gdlc check pain.gdl --output text=./pain.gdl",
        "gdlc eval pain.gdl --case - --audit pain.gdl",
        "gdlc run pain.gdl --input rows.csv --output rows.gdl --to csv",
        "gdlc run pain.gdl --input rows.csv --output out.csv --rejected pain.gdl"}) {
    CHECK(p.sh(command).status == 2);
    CHECK(p.sh(command).err.find("would be overwritten") != std::string::npos);
  }
  CHECK(test::read(p.at("pain.gdl")) == kGuideline);
}
