// See proofs.h.
#include "proofs.h"

#include <fmt/core.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "diag/render.h"
#include "proof/write.h"
#include "system.h"
#include "whole_file.h"

namespace gdlc {

namespace fs = std::filesystem;
using gdl::proof::Sink;

namespace {

fs::path named(const std::string& path) { return std::u8string(path.begin(), path.end()); }

/// Writes a file. `fill` gives its text in pieces, and false if there is something wrong with it.
bool write_new(const std::string& path, const std::function<bool(const Sink&)>& fill,
               std::string& error) {
  WholeFile file;
  if (!file.open(path)) {
    error = file.error();
    return false;
  }
  const bool whole = fill([&](std::string_view text) {
    if (!file.failed()) file.write(text);
  });
  if (!whole && !file.failed()) {
    error = "a proof is malformed";
    return false;
  }
  if (file.finish() && WholeFile::publish({&file})) return true;
  error = file.error();
  return false;
}

/// Part of a file's name: other characters than letters and digits may mean something to somebody.
std::string plain(const std::string& name) {
  std::string out;
  for (char c : name) {
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' ? c : '_';
  }
  return out.substr(0, 100);
}

std::string listed_json(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& i : items) out += (out.empty() ? "" : ",") + gdl::diag::json_quote(i);
  return "[" + out + "]";
}

std::string claims_json(const gdl::space::Refutation& r) {
  std::string out;
  for (std::size_t i = 0; i < r.proof.claims.size(); ++i) {
    std::string clause;
    for (gdl::proof::Lit l : r.proof.claims[i].clause) {
      clause += fmt::format("{}{}{}", clause.empty() ? "" : ",", l.positive() ? "" : "-",
                            std::uint64_t{l.variable().value} + 1);
    }
    out += fmt::format("{}{{\"checks\":{},\"clause\":[{}]}}", i > 0 ? "," : "",
                       gdl::diag::json_quote(r.about[i]), clause);
  }
  return "[" + out + "]";
}

}  // namespace

ProofFolder::~ProofFolder() {
  std::error_code ignored;
  if (!beside_.empty()) fs::remove_all(named(beside_), ignored);
}

bool ProofFolder::prepare(const std::string& dir, std::string& error) {
  dir_ = dir;
  while (dir_.size() > 1 && dir_.back() == '/') dir_.pop_back();
  std::error_code failed;
  const fs::file_status there = fs::status(named(dir_), failed);
  if (fs::exists(there)) {
    if (!fs::is_directory(there)) {
      error = "it is not a folder";
      return false;
    }
    if (!fs::is_empty(named(dir_), failed) || failed) {
      error = failed ? failed.message() : "it is not empty; name a new folder, or remove it";
      return false;
    }
  }
  const std::string beside = dir_ + ".tmp." + std::to_string(os::process_number());
  if (!fs::create_directory(named(beside), failed)) {
    error = failed ? failed.message() : "`" + beside + "` is in the way";
    return false;
  }
  beside_ = beside;
  return true;
}

bool ProofFolder::write(const std::string& guideline, const gdl::analysis::Report& report,
                        std::string& error) {
  std::string index =
      fmt::format("{{\"guideline\":{},\"parts\":[", gdl::diag::json_quote(guideline));
  std::size_t number = 0;
  for (std::size_t i = 0; i < report.proofs.size(); ++i) {
    const gdl::analysis::Proof& p = report.proofs[i];
    std::string proofs;
    for (const gdl::space::Refutation& r : p.refutations) {
      const std::string name = fmt::format("{:04}-{}", ++number, plain(p.of));
      const bool formula = write_new(
          beside_ + "/" + name + ".cnf",
          [&](const Sink& sink) {
            gdl::proof::write_dimacs(gdl::proof::claims_refuted(r.formula, r.proof), sink);
            return true;
          },
          error);
      const bool proof = formula && write_new(
                                        beside_ + "/" + name + ".drat",
                                        [&](const Sink& sink) {
                                          return gdl::proof::write_drat(r.formula, r.proof, sink);
                                        },
                                        error);
      if (!proof) return false;
      proofs += fmt::format("{}\n  {{\"formula\":\"{}.cnf\",\"proof\":\"{}.drat\",\"claims\":{}}}",
                            proofs.empty() ? "" : ",", name, name, claims_json(r));
    }
    index += fmt::format("{}\n {{\"of\":{},\"grounds\":\"{}\",\"undecided\":{},\"proofs\":[{}]}}",
                         i > 0 ? "," : "", gdl::diag::json_quote(p.of),
                         gdl::analysis::grounds_text(p.grounds), listed_json(p.undecided), proofs);
  }
  index += "\n]}\n";
  const bool whole = write_new(
      beside_ + "/index.json",
      [&](const Sink& sink) {
        sink(index);
        return true;
      },
      error);
  if (!whole) return false;
  if (!os::rename_folder(beside_, dir_)) {
    error = std::strerror(errno);
    return false;
  }
  beside_.clear();
  return true;
}

}  // namespace gdlc
