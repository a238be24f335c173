echo "hello $NAME" | tee /results/greeting
