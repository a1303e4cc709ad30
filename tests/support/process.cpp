#include "process.h"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gdl::test {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Folder::Folder() {
  char name[] = "/tmp/gdl-test-XXXXXX";
  path_ = ::mkdtemp(name);
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string bin_dir() { return std::filesystem::canonical("/proc/self/exe").parent_path(); }

Output run(const std::string& command, const std::string& folder, const std::string& input) {
  Folder temporary;
  write(temporary.path() + "/in", input);
  std::string line = "unset COLUMNS; cd '" + folder + "' && { PATH='" + bin_dir() +
                     "':\"$PATH\"; " + command + "\n} <'" + temporary.path() + "/in' >'" +
                     temporary.path() + "/out' 2>'" + temporary.path() + "/err'";
  int status = std::system(line.c_str());
  Output out;
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  out.out = read(temporary.path() + "/out");
  out.err = read(temporary.path() + "/err");
  return out;
}

bool updating() { return std::getenv("GDL_UPDATE_GOLDENS") != nullptr; }

}  // namespace gdl::test
