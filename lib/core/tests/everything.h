/* Flags with something of every kind and a user that reaches all of it, for
 * tests that are about memory, room and errors rather than about one
 * feature. */
#ifndef EVERYTHING_H
#define EVERYTHING_H

#include "xc_host.h"

static const char everything_text[] =
    "[{'key':'a','metadata':{'m':1,'n':[1.0,'\\u0041']},"
    "'variants':{'on':{'key':'on','value':'v\\u0041','payload':{'p':{'q':[1,2,{'r':1e3}]}},'metadata':{'m':2}},"
    "'off':{'key':'off','value':null}},"
    "'segments':[{'metadata':{'s':true},'conditions':[["
    "{'selector':['context','user','n'],'op':'greater','values':['1','2']},"
    "{'selector':['context','user','v'],'op':'version less','values':['1.2.3-x']},"
    "{'selector':['context','user','t'],'op':'contains',"
    "'values':['ABC','0123456789012345678901234567890123456789']},"
    "{'selector':['context','user','l'],'op':'set contains','values':['1','[1,{\\'a\\':2}]',{'o':1.0}]},"
    "{'selector':['context','user','i'],'op':'is','values':['1','2','3','4','5','6','7','8','9','true']},"
    "{'selector':['context','user','r'],'op':'regex match','values':['^a+$','b']}]],"
    "'bucket':{'selector':['context','user','id'],'salt':'sa\\u006ct','allocations':[{'range':[0,100],"
    "'distributions':[{'variant':'on','range':[0,42949673]}]}]}},{'variant':'off'}]},"
    "{'key':'b','dependencies':['a'],'variants':{'x':{'key':'x'}},'segments':[{'variant':'x','conditions':[["
    "{'selector':['result','a','payload','p','q'],'op':'set contains','values':['1','{\\'r\\':1000}']},"
    "{'selector':['result','a','metadata'],'op':'contains','values':['\\'m\\':2']},"
    "{'selector':['result','a'],'op':'contains','values':['\\'payload\\':']}]]}]},"
    "5,{'key':'c','dependencies':['c'],'variants':{},'segments':[]}]";

/* Returns the flags "a" and "b", of which "b" reads the result of "a", followed
 * by a malformed flag and a flag on a cycle. */
static inline const char *everything(void)
{
    static const char *text;
    if (text == NULL)
        text = json(everything_text);
    return text;
}

/* Returns the context of a user for whom both flags are on. */
static inline const char *everybody(void)
{
    static const char *text;
    if (text == NULL)
        text = json("{'user':{'n':' 3.5 ','v':'1.2.3-a','t':'x\\u0061bC0123456789012345678901234567890123456789',"
                    "'l':[1,[1,{'a':2}],{'o':1.0},null],'i':'TRUE','r':'aaa','id':'u1'}}");
    return text;
}

/* A program for "^a+$": not the one that Go compiles, but with the same
 * matches. */
#define PROGRAM "[4,0,0,1,0,0,0,0,0,0,0,0, 1,1,97, 3,0,2, 4,3,8, 5,0,0]"

/* Sets the programs of the two patterns: PROGRAM for the first, none for the
 * second. */
static inline int32_t set_patterns(xc_plan *plan, xc_error *error)
{
    static const char programs[] = "[" PROGRAM ",null]";
    return xc_plan_set_patterns(plan, programs, sizeof programs - 1, error);
}

/* Compiles everything and sets its patterns. */
static inline xc_plan *compile_everything(host *h)
{
    xc_error error;
    xc_plan *plan = host_compile(h, everything());
    CHECK(set_patterns(plan, &error) == XC_OK, "%s", error.message);
    return plan;
}

#endif
