#!/bin/sh -e
echo "it's $LXOPS_NAME"
