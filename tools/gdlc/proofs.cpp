// See proofs.h.
#include "proofs.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "diag/render.h"
#include "proof/write.h"

namespace gdlc {

namespace fs = std::filesystem;
using gdl::proof::Sink;

namespace {

/// Writes a new file. `fill` gives its text in pieces, and false if there is something wrong with it.
bool write_new(const std::string& path, const std::function<bool(const Sink&)>& fill,
               std::string& error) {
  std::FILE* file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) {
    error = std::strerror(errno);
    return false;
  }
  int failed = 0;
  const bool whole = fill([&](std::string_view text) {
    if (failed == 0 && std::fwrite(text.data(), 1, text.size(), file) != text.size()) {
      failed = errno;
    }
  });
  if (failed == 0 && (std::fflush(file) != 0 || ::fsync(::fileno(file)) != 0)) failed = errno;
  if (std::fclose(file) != 0 && failed == 0) failed = errno;
  if (failed != 0) error = std::strerror(failed);
  if (failed == 0 && !whole) error = "a proof is malformed";
  return failed == 0 && whole;
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
  if (!beside_.empty()) fs::remove_all(beside_, ignored);
}

bool ProofFolder::prepare(const std::string& dir, std::string& error) {
  dir_ = dir;
  while (dir_.size() > 1 && dir_.back() == '/') dir_.pop_back();
  std::error_code failed;
  const fs::file_status there = fs::status(dir_, failed);
  if (fs::exists(there)) {
    if (!fs::is_directory(there)) {
      error = "it is not a folder";
      return false;
    }
    if (!fs::is_empty(dir_, failed) || failed) {
      error = failed ? failed.message() : "it is not empty; name a new folder, or remove it";
      return false;
    }
  }
  const std::string beside = dir_ + ".tmp." + std::to_string(::getpid());
  if (!fs::create_directory(beside, failed)) {
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
  std::error_code failed;
  fs::rename(beside_, dir_, failed);
  if (failed) {
    error = failed.message();
    return false;
  }
  beside_.clear();
  return true;
}

}  // namespace gdlc
