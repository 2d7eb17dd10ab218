package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// read gives the objects of an ar archive, in the format of GNU or of BSD; the
// archive's own index of symbols and table of names are not among them.
func read(archive []byte) ([][]byte, error) {
	const magic, headerSize = "!<arch>\n", 60
	rest, ok := bytes.CutPrefix(archive, []byte(magic))
	if !ok {
		return nil, errors.New("it is no ar archive")
	}
	var objects [][]byte
	for len(rest) > 0 {
		if len(rest) < headerSize || string(rest[58:60]) != "`\n" {
			return nil, errors.New("a member's header is broken")
		}
		name := strings.TrimRight(string(rest[:16]), " ")
		size, err := strconv.Atoi(strings.TrimRight(string(rest[48:58]), " "))
		if err != nil || size < 0 || size > len(rest)-headerSize {
			return nil, fmt.Errorf("the size of member %q is wrong", name)
		}
		body := rest[headerSize : headerSize+size]
		// BSD puts a long name before the contents, counted among their bytes.
		if length, long := strings.CutPrefix(name, "#1/"); long {
			n, err := strconv.Atoi(length)
			if err != nil || n < 0 || n > len(body) {
				return nil, fmt.Errorf("the name of member %q is broken", name)
			}
			name, body = strings.TrimRight(string(body[:n]), "\x00"), body[n:]
		}
		if name != "/" && name != "//" && !strings.HasPrefix(name, "__.SYMDEF") {
			objects = append(objects, body)
		}
		// Members begin at even offsets.
		rest = rest[min(headerSize+size+size%2, len(rest)):]
	}
	return objects, nil
}
