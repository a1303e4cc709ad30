// Running a command and collecting what it says.
#pragma once

#include <string>

namespace gdl::test {

struct Output {
  int status = -1;  ///< exit status; 128 + signal if it was killed
  std::string out, err;
};

/// The folder of this program, where the programs built with it are too.
std::string bin_dir();

/// Runs a shell command in a folder, with `input` on standard input.
Output run(const std::string& command, const std::string& folder, const std::string& input = "");

std::string read(const std::string& path);
void write(const std::string& path, const std::string& text);

/// An empty folder that goes when the object does.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    test::write(at(name), text);
  }
  [[nodiscard]] std::string read(const std::string& name) const { return test::read(at(name)); }
  /// A command that runs in it.
  [[nodiscard]] Output sh(const std::string& command, const std::string& input = "") const {
    return run(command, path_, input);
  }

 private:
  std::string path_;
};

/// GDL_UPDATE_GOLDENS is set: write expected output instead of comparing with it.
bool updating();

}  // namespace gdl::test
