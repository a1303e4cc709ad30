// A file that is either whole or not there: how gdlc writes all its files.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace gdlc {

/// Text goes to a temporary file beside its place, which takes the place when all of it is on the disk. What exists and
/// is no regular file (a pipe, a device), and "-", the standard output, are written straight.
/// Invariant: until publish() has succeeded the place holds what it held before; a temporary file that is not published
/// goes with the object. Only if the process is killed while several are published may one stand without those behind it.
class WholeFile {
 public:
  WholeFile() = default;
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile();

  bool open(const std::string& path);
  /// Room for `size` bytes more at the end of what is to be written; those used are to be told to used().
  char* room(std::size_t size) {
    if (at_ + size > kBuffer) flush();
    if (at_ + size > buffer_.size()) buffer_.resize(at_ + size);
    return buffer_.data() + at_;
  }
  void used(std::size_t size) { at_ += size; }
  void write(std::string_view text);
  /// All of it on the disk, and the file closed.
  bool finish();
  /// After finish(), all of them into their places in this order, or none. A signal that comes now is too late.
  static bool publish(std::initializer_list<WholeFile*> files);
  /// It is no file of its own: what is written is out.
  [[nodiscard]] bool straight() const { return straight_; }
  [[nodiscard]] bool failed() const { return !error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  static constexpr std::size_t kBuffer = std::size_t{1} << 18;
  void flush();
  void put(const char* text, std::size_t size);
  void fail(int number);
  /// Into its place; `keep`: what stands there waits beside it, since give_back() may yet be called.
  bool take_place(bool keep);
  void keep_old();
  void give_back();
  void settle();
  void abandon();

  std::string path_, place_, temporary_, error_;
  std::string kept_;  // where what stood in the place waits until all stand; empty: nothing does
  std::string buffer_;
  std::size_t at_ = 0;
  int fd_ = -1;
  bool straight_ = false, placed_ = false;
};

}  // namespace gdlc
