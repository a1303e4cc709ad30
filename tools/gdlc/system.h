// What gdlc asks of the operating system. One file answers on each, system_posix.cpp or system_windows.cpp, and nothing else of
// gdlc includes what only one of them has. Texts and paths are UTF-8. What fails says so by its result, and why by errno.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace gdlc::os {

// -- the process ----------------------------------------------------------------------------------------

/// The first that main() does: the standard streams take and give bytes as they are, a terminal shows UTF-8, and no file will
/// be taken for a stream that is closed.
void begin();
unsigned long process_number();
/// A path that was said on the command line, as the compiler knows paths: its folders end in `/`.
std::string path_said(std::string path);

/// From here on what asks the program to end only sets a mark, so that what is being written is left whole or not there;
/// and a broken pipe is an error like others.
void watch_signals();
/// The signal that came; 0: none.
int interrupted();
/// Ends the process by the signal that came, as if it had not been watched.
void die_of_signal();

// -- terminals ------------------------------------------------------------------------------------------

struct Terminal {
  bool colors = false;    ///< it knows the sequences for them
  bool utf8 = false;      ///< it shows more than ASCII
  std::size_t width = 0;  ///< columns; 0: not known
};
bool is_terminal(int descriptor);
/// Nothing if it is none.
std::optional<Terminal> terminal(int descriptor);

// -- files, by descriptor or by path --------------------------------------------------------------------

struct FileState {
  bool regular = false;
  std::uint64_t size = 0;
};
std::optional<FileState> state(int descriptor);
std::optional<FileState> state(const std::string& path);
/// A link, and there is nothing where it leads.
bool leads_nowhere(const std::string& path);
/// The file that a path leads to over links, or the path as it is.
std::string behind_links(const std::string& path);
/// Both paths name one file that exists.
bool same_file(const std::string& a, const std::string& b);
/// What is written to it is gone.
bool discards(const std::string& path);

/// The descriptor, or less than 0. `-` is standard input; a folder fails with EISDIR.
int open_input(const std::string& path);
/// Why open_input() or read() failed.
std::string input_error();
/// What exists, to be written over.
int open_output(const std::string& path);
/// Fails with EEXIST where something is there.
int make_file(const std::string& path);
/// Made if need be. Readable, too, if it is for us to read.
int open_to_append(const std::string& path);
bool close(int descriptor);
/// How many bytes, 0 at the end, less than 0 if it failed. Less than asked for may come or go, and a signal may break it (EINTR).
std::ptrdiff_t read(int descriptor, char* to, std::size_t most);
std::ptrdiff_t write(int descriptor, const char* from, std::size_t size);
/// What was written is on the disk. What is no file of a disk need not be.
bool sync(int descriptor);
/// Nobody else who asks for it has the lock until the descriptor is closed.
bool lock(int descriptor);
/// Of a file of `size` bytes that can be read; nothing if it cannot, or has none.
std::optional<char> last_byte(int descriptor, std::uint64_t size);
bool cut(int descriptor, std::uint64_t size);
/// Whoever may read or write the file `like` may do so with this one, as far as that can be had.
void permit_as(int descriptor, const std::string& like);

/// In one step; what has the name `to` goes.
bool rename(const std::string& from, const std::string& to);
/// The same of a folder; what has the name `to` is an empty folder, or nothing.
bool rename_folder(const std::string& from, const std::string& to);
/// What stands at `path` stands at `kept` too, or there only if the file system has no links. ENOENT: nothing does.
bool keep(const std::string& path, const std::string& kept);
void remove(const std::string& path);
/// That a file has its name is on the disk.
void sync_name(const std::string& path);
bool make_folder(const std::string& path);

}  // namespace gdlc::os
