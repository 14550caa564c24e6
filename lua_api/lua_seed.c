/* lua_seed.c -- fixes the seed of Lua's string hashes, so that pairs() visits a table in the same order in
** every run.
**
** Lua 5.4 mixes the time and three addresses into the seed with luaS_hash, in lua_newstate; there is no
** other way in.  The program links Debian's static liblua with --wrap=luaS_hash: calls from another file than
** luaS_hash's own, of which lua_newstate's is the only one, come here; the hashing of strings does not. */
#include <stddef.h>

unsigned __wrap_luaS_hash(const char *text, size_t size, unsigned seed);
unsigned __wrap_luaS_hash(const char *text, size_t size, unsigned seed)
{
    (void)text, (void)size, (void)seed;
    return 0x6D6C6162u;
}
