// Reading Markdown pages: see pages.h.
#include "pages.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "process.h"

namespace gdl::test {

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string w; in >> w;) out.push_back(w);
  return out;
}

/// Reads one page line by line.
class Reader {
 public:
  explicit Reader(Page& page) : page_(page) {}

  void read() {
    while (next()) {
      if (line_.rfind("```", 0) == 0) {
        block();
      } else if (line_.rfind("<!-- ", 0) == 0) {
        comment();
      } else {
        page_.prose += line_ + "\n";
        if (!line_.empty()) pending_ = Block();  // a comment speaks of the block right after it
      }
    }
  }

 private:
  bool next() {
    if (at_ >= page_.text.size()) return false;
    std::size_t end = std::min(page_.text.find('\n', at_), page_.text.size());
    line_ = page_.text.substr(at_, end - at_);
    at_ = end + 1;
    ++number_;
    return true;
  }

  void mistake(const std::string& what) {
    page_.mistake += page_.name + ":" + std::to_string(number_) + ": " + what + "\n";
  }

  void block() {
    Block b = pending_;
    pending_ = Block();
    std::string fence = line_.substr(0, line_.find_first_not_of('`'));
    b.language = line_.substr(fence.size());
    b.line = number_;
    b.begin = at_;
    while (next()) {
      if (line_ == fence) {
        page_.blocks.push_back(b);
        return;
      }
      b.text += line_ + "\n";
    }
    mistake("a block without its closing fence");
  }

  void comment() {
    std::string text = line_;
    std::string body;
    if (text.find("-->") == std::string::npos) {
      bool closed = false;
      while (!closed && next()) {
        closed = line_ == "-->";
        if (!closed) body += line_ + "\n";
      }
      if (!closed) mistake("a comment without its end");
    } else {
      text.erase(text.find("-->"));
    }
    std::vector<std::string> words = words_of(text.substr(4));
    if (words.size() == 2 && words[0] == "prelude" && !body.empty()) {
      preludes_[words[1]] = body;
    } else if (words.size() == 2 && words[0] == "with" && preludes_.count(words[1]) > 0) {
      pending_.prelude = preludes_[words[1]];
    } else if (words.size() > 1 && words[0] == "shows") {
      pending_.shows.assign(words.begin() + 1, words.end());
      std::sort(pending_.shows.begin(), pending_.shows.end());
    } else if (words.size() == 2 && words[0] == "file") {
      pending_.file = words[1];
    } else if (words.size() == 1 && words[0] == "part") {
      pending_.part = true;
    } else {
      mistake("a comment that means nothing to the tests");
    }
  }

  Page& page_;
  std::size_t at_ = 0, number_ = 0;
  std::string line_;
  Block pending_;
  std::map<std::string, std::string> preludes_;
};

}  // namespace

Page page(const std::string& name) {
  Page out;
  out.name = name;
  out.path = GDL_SOURCE_DIR "/" + name;
  out.text = read(out.path);
  Reader(out).read();
  return out;
}

std::vector<Page> pages() {
  std::vector<std::string> names = {"README.md"};
  for (const auto& e : std::filesystem::directory_iterator(GDL_SOURCE_DIR "/docs")) {
    if (e.path().extension() == ".md") names.push_back("docs/" + e.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  std::vector<Page> out;
  for (const std::string& n : names) out.push_back(page(n));
  return out;
}

}  // namespace gdl::test
