// See system.h: Windows. gdlc.manifest makes UTF-8 the code page of all calls that take narrow texts, so paths, arguments and the
// environment go through them as they are. Files are those of the C library, whose descriptors do not translate line ends here;
// what it has no call for is asked of the handle below.
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
// After it: they need its types.
#include <direct.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "system.h"

namespace gdlc::os {

namespace {

// The handler is called in a thread of its own, and can tell the program only by globals.
std::atomic<int> came = 0;
HANDLE main_thread = nullptr;

constexpr DWORD kAgain = 1000;  // milliseconds
/// What a process that nobody watches ends with at Ctrl-C: STATUS_CONTROL_C_EXIT.
constexpr UINT kEndedByControl = 0xC000013A;
/// Where the lock of a file lies: behind whatever is in it, since others could not read what is locked.
constexpr DWORD kLockAt = 0x7fffffff;

/// A signal that comes after the mark was looked at and before a read or write waits would not wake it: from the first one on
/// all waiting is broken, again and again. The handler does not return, since Windows ends the process when it does if
/// the window is closed.
BOOL WINAPI on_signal(DWORD event) {
  came = event == CTRL_C_EVENT ? SIGINT : event == CTRL_BREAK_EVENT ? SIGBREAK : SIGTERM;
  while (true) {
    ::CancelSynchronousIo(main_thread);
    ::Sleep(kAgain);
  }
}

HANDLE handle(int descriptor) { return reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor)); }

/// A handle that is closed with the object.
class Opened {
 public:
  explicit Opened(HANDLE handle) : handle_(handle) {}
  /// A path, to be asked about what it leads to.
  explicit Opened(const std::string& path)
      : handle_(::CreateFileA(path.c_str(), 0,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr)) {}
  ~Opened() {
    if (*this) ::CloseHandle(handle_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

/// False, and errno says what Windows says.
bool failed() {
  switch (::GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME: errno = ENOENT; break;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: errno = EACCES; break;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS: errno = EEXIST; break;
    case ERROR_DISK_FULL: errno = ENOSPC; break;
    case ERROR_DIR_NOT_EMPTY: errno = ENOTEMPTY; break;
    default: errno = EIO;
  }
  return false;
}

bool is_folder(const std::string& path) {
  const DWORD attributes = ::GetFileAttributesA(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

int open(const std::string& path, int how) {
  constexpr int kPermissions = _S_IREAD | _S_IWRITE;
  return ::_open(path.c_str(), how | _O_BINARY | _O_NOINHERIT, kPermissions);
}

/// As much as goes at once: the calls count in ints.
unsigned at_once(std::size_t size) {
  return static_cast<unsigned>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

void begin() {
  for (int standard : {0, 1, 2}) (void)::_setmode(standard, _O_BINARY);
  // The terminal's code page outlives the process.
  static const UINT before = ::GetConsoleOutputCP();
  if (before == 0 || ::SetConsoleOutputCP(CP_UTF8) == 0) return;
  (void)std::atexit([] { ::SetConsoleOutputCP(before); });
}

unsigned long process_number() { return ::GetCurrentProcessId(); }

std::string path_said(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

void watch_signals() {
  // Of a pseudo handle, which means another thread in another thread.
  ::DuplicateHandle(::GetCurrentProcess(), ::GetCurrentThread(), ::GetCurrentProcess(),
                    &main_thread, 0, FALSE, DUPLICATE_SAME_ACCESS);
  ::SetConsoleCtrlHandler(on_signal, TRUE);
}

int interrupted() { return came; }

void die_of_signal() {
  if (came != 0) ::ExitProcess(kEndedByControl);
}

bool is_terminal(int descriptor) {
  DWORD mode = 0;  // `_isatty` also counts what is no terminal, as NUL
  return ::GetConsoleMode(handle(descriptor), &mode) != 0;
}

std::optional<Terminal> terminal(int descriptor) {
  HANDLE console = handle(descriptor);
  DWORD mode = 0;
  if (::GetConsoleMode(console, &mode) == 0) return std::nullopt;
  Terminal out;
  out.colors = ::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
  out.utf8 = ::GetConsoleOutputCP() == CP_UTF8;
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (::GetConsoleScreenBufferInfo(console, &info) != 0) {
    out.width = static_cast<std::size_t>(std::max(0, info.srWindow.Right - info.srWindow.Left + 1));
  }
  return out;
}

std::optional<FileState> state(int descriptor) {
  struct _stat64 st{};
  if (::_fstat64(descriptor, &st) != 0) return std::nullopt;
  return FileState{(st.st_mode & _S_IFMT) == _S_IFREG, static_cast<std::uint64_t>(st.st_size)};
}

std::optional<FileState> state(const std::string& path) {
  if (discards(path)) return FileState{};  // it is there, and the C library does not say so
  struct _stat64 st{};
  if (::_stat64(path.c_str(), &st) != 0) return std::nullopt;
  return FileState{(st.st_mode & _S_IFMT) == _S_IFREG, static_cast<std::uint64_t>(st.st_size)};
}

bool leads_nowhere(const std::string& path) {
  // The attributes are those of the link itself.
  return ::GetFileAttributesA(path.c_str()) != INVALID_FILE_ATTRIBUTES && !Opened(path);
}

std::string behind_links(const std::string& path) {
  const DWORD attributes = ::GetFileAttributesA(path.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
    return path;
  }
  const Opened file(path);
  if (!file) return path;
  std::string out(::GetFinalPathNameByHandleA(file.get(), nullptr, 0, 0), '\0');
  const DWORD size =
      ::GetFinalPathNameByHandleA(file.get(), out.data(), static_cast<DWORD>(out.size()), 0);
  if (size == 0 || size >= out.size()) return path;
  out.resize(size);
  return out;
}

bool same_file(const std::string& a, const std::string& b) {
  const Opened one(a);
  const Opened two(b);
  BY_HANDLE_FILE_INFORMATION x{};
  BY_HANDLE_FILE_INFORMATION y{};
  return one && two && ::GetFileInformationByHandle(one.get(), &x) != 0 &&
         ::GetFileInformationByHandle(two.get(), &y) != 0 &&
         x.dwVolumeSerialNumber == y.dwVolumeSerialNumber && x.nFileIndexHigh == y.nFileIndexHigh &&
         x.nFileIndexLow == y.nFileIndexLow;
}

bool discards(const std::string& path) { return ::_stricmp(path.c_str(), "NUL") == 0; }

int open_input(const std::string& path) {
  if (path == "-") return 0;
  int fd = open(path, _O_RDONLY);
  if (fd < 0 && errno == EACCES && is_folder(path)) errno = EISDIR;
  return fd;
}

std::string input_error() { return errno == EISDIR ? "is a folder" : std::strerror(errno); }

int open_output(const std::string& path) { return open(path, _O_WRONLY); }

int make_file(const std::string& path) { return open(path, _O_WRONLY | _O_CREAT | _O_EXCL); }

int open_to_append(const std::string& path) {
  constexpr int kHow = _O_CREAT | _O_APPEND;
  int fd = open(path, _O_RDWR | kHow);
  return fd < 0 ? open(path, _O_WRONLY | kHow) : fd;
}

bool close(int descriptor) { return ::_close(descriptor) == 0; }

std::ptrdiff_t read(int descriptor, char* to, std::size_t most) {
  return ::_read(descriptor, to, at_once(most));
}

std::ptrdiff_t write(int descriptor, const char* from, std::size_t size) {
  return ::_write(descriptor, from, at_once(size));
}

bool sync(int descriptor) {
  return ::GetFileType(handle(descriptor)) != FILE_TYPE_DISK || ::_commit(descriptor) == 0;
}

bool lock(int descriptor) {
  OVERLAPPED at{};
  at.OffsetHigh = kLockAt;
  return ::LockFileEx(handle(descriptor), LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &at) != 0 || failed();
}

std::optional<char> last_byte(int descriptor, std::uint64_t size) {
  char last = 0;
  if (size == 0 || ::_lseeki64(descriptor, static_cast<__int64>(size - 1), SEEK_SET) < 0 ||
      ::_read(descriptor, &last, 1) != 1) {
    return std::nullopt;
  }
  return last;
}

bool cut(int descriptor, std::uint64_t size) {
  return ::_chsize_s(descriptor, static_cast<__int64>(size)) == 0;
}

void permit_as(int descriptor, const std::string& like) {
  DWORD size = 0;
  ::GetFileSecurityA(like.c_str(), DACL_SECURITY_INFORMATION, nullptr, 0, &size);
  std::vector<char> who(size);
  if (::GetFileSecurityA(like.c_str(), DACL_SECURITY_INFORMATION, who.data(), size, &size) == 0) {
    return;
  }
  const Opened file(::ReOpenFile(handle(descriptor), WRITE_DAC,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, 0));
  if (file) (void)::SetKernelObjectSecurity(file.get(), DACL_SECURITY_INFORMATION, who.data());
}

bool rename(const std::string& from, const std::string& to) {
  constexpr DWORD kHow = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
  return ::MoveFileExA(from.c_str(), to.c_str(), kHow) != 0 || failed();
}

bool rename_folder(const std::string& from, const std::string& to) {
  // No folder takes the place of another.
  if (is_folder(to) && ::RemoveDirectoryA(to.c_str()) == 0) return failed();
  return rename(from, to);
}

bool keep(const std::string& path, const std::string& kept) {
  if (::CreateHardLinkA(kept.c_str(), path.c_str(), nullptr) != 0) return true;
  (void)failed();
  return errno != ENOENT && rename(path, kept);
}

void remove(const std::string& path) { (void)::DeleteFileA(path.c_str()); }

void sync_name(const std::string& /*path*/) {}  // rename() returns when it is

bool make_folder(const std::string& path) { return ::_mkdir(path.c_str()) == 0; }

}  // namespace gdlc::os
