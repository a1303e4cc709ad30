# Lets the generated lexer and parser build their tables when the first of them is made, not whenever the process begins: that is
# more than half of the start of a process which reads no text, as `gdlc eval` of a program. From 4.10 on ANTLR does so itself.
# Usage: cmake -DFOLDER=... -P lazy_tables.cmake
foreach(class IN ITEMS GdlLexer GdlParser)
  set(file ${FOLDER}/${class}.cpp)
  file(READ ${file} text)
  foreach(what IN ITEMS "${class}::Initializer ${class}::_init" "  _interpreter = new atn::")
    string(FIND "${text}" "${what}" first)
    string(FIND "${text}" "${what}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
      message(FATAL_ERROR "${file}: generated otherwise than by ANTLR 4.9: `${what}` does not stand in it once")
    endif()
  endforeach()
  string(REPLACE "${class}::Initializer ${class}::_init;" "" text "${text}")
  string(REPLACE "  _interpreter = new atn::" "  static const Initializer tables;\n  _interpreter = new atn::" text "${text}")
  file(WRITE ${file} "${text}")
endforeach()
