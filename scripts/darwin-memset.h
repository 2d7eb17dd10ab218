/* Included before the core by scripts/build-libs, for darwin only. There clang
 * calls bzero for a memset to zero, whatever the flags, but the core imports
 * memset and no such function. See RATIONALE.md, "Why does the macOS build
 * include a header first?". So the object has a bzero of its own: static, under
 * the name that clang calls. The empty asm hides the zero, or this function
 * would call itself. */
#include <stddef.h>

#if defined(__x86_64__)
#define XC_BZERO "___bzero"
#else
#define XC_BZERO "_bzero"
#endif

static void xc_bzero(void *to, size_t n) __asm__(XC_BZERO);

__attribute__((used)) static void xc_bzero(void *to, size_t n)
{
    int zero = 0;
    __asm__("" : "+r"(zero));
    __builtin_memset(to, zero, n);
}
