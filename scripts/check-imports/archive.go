package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// read returns the objects of an ar archive in the GNU or BSD format, without
// the archive's index of symbols and table of names.
func read(archive []byte) ([][]byte, error) {
	const magic, headerSize = "!<arch>\n", 60
	rest, ok := bytes.CutPrefix(archive, []byte(magic))
	if !ok {
		return nil, errors.New("it is not an ar archive")
	}
	var objects [][]byte
	for len(rest) > 0 {
		if len(rest) < headerSize || string(rest[58:60]) != "`\n" {
			return nil, errors.New("the header of a member is invalid")
		}
		name := strings.TrimRight(string(rest[:16]), " ")
		size, err := strconv.Atoi(strings.TrimRight(string(rest[48:58]), " "))
		if err != nil || size < 0 || size > len(rest)-headerSize {
			return nil, fmt.Errorf("the size of member %q is invalid", name)
		}
		body := rest[headerSize : headerSize+size]
		// BSD puts a long name before the contents and counts it in the size.
		if length, long := strings.CutPrefix(name, "#1/"); long {
			n, err := strconv.Atoi(length)
			if err != nil || n < 0 || n > len(body) {
				return nil, fmt.Errorf("the name of member %q is invalid", name)
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
