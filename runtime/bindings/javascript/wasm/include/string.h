/* The part of <string.h> that the runtime uses, for WebAssembly: ../libc.cpp. */
#ifndef GDLRT_WASM_STRING_H
#define GDLRT_WASM_STRING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
void* memcpy(void* to, const void* from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int byte, size_t size);
void* memchr(const void* bytes, int byte, size_t size);
int memcmp(const void* a, const void* b, size_t size);
size_t strlen(const char* text);
size_t strspn(const char* text, const char* of);
int strcmp(const char* a, const char* b);
#ifdef __cplusplus
}
#endif
#endif
